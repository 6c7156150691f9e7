import { hashOf } from './hash.ts'
import type { Json } from './json.ts'

/** A section with the hash of its content, hexadecimal SHA-256. One that has a hash keeps it. */
export function withHash<Section extends { readonly [field: string]: Json | undefined }>(
  section: Section,
): Section & { readonly hash: string } {
  const { hash } = section
  return { ...section, hash: typeof hash === 'string' ? hash : hashOf(section) }
}
