import type { LeaseProof } from '@heddle/core'

/** The header in which a call names the leases that must still be held when it commits. */
export const fenceHeader = 'heddle-fence'

/** More are refused (limit `fences`). */
const mostFences = 16

/** Fences as a header: `name=token`, joined by commas; names are percent-encoded. */
export const formatFences = (fences: readonly LeaseProof[]): string =>
  fences.map(({ name, token }) => `${encodeURIComponent(name)}=${token}`).join(', ')

/** The fences in a header; `null` where it cannot be read. */
export function parseFences(header: string): readonly LeaseProof[] | null {
  const fences: LeaseProof[] = []
  for (const part of header.split(',')) {
    const [, name = '', digits = ''] = /^\s*([^=\s]+)=(\d{1,16})\s*$/.exec(part) ?? []
    const token = Number(digits)
    if (name === '' || !Number.isSafeInteger(token) || fences.length === mostFences) return null
    try {
      fences.push({ name: decodeURIComponent(name), token })
    } catch {
      return null
    }
  }
  return fences
}
