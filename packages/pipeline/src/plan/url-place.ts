import type { Json } from '@heddle/core'
import { secretName } from './masked-plan.ts'

/** Words of the names of parameters that let somebody in, or are made anew with what does: a signature, until when it holds. */
const credentialWord =
  /^(?:auth|code|credentials?|expires?|expiry|jwt|key|nonce|pass|pin|pwd|session|sid|sig|sign|signature|timestamp)$/i

/** What clouds add to an address that they sign. */
const signedName = /^x-(?:amz|goog|ms)-/i

/** What Azure adds to one, beside `sig`. */
const sharedAccessName = /^s[a-z]{1,4}$/

/**
 * What of an address says which place it is: scheme, host, port, path, and the query in the order of its names. Who is let in is no
 * part of it, so that a key may change: neither what stands before an `@` nor parameters whose names say that they are a secret.
 *
 * @returns undefined for a text that is no address
 * @example urlPlace('https://me:key@example.org/bulk?kind=a&token=1') // { at: 'https://example.org/bulk', query: [['kind', 'a']] }
 */
export function urlPlace(text: string): Json | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, host, pathname, searchParams } = new URL(text)
  const isSigned = searchParams.has('sig')
  const isCredential = (name: string): boolean =>
    secretName.test(name) ||
    signedName.test(name) ||
    (isSigned && sharedAccessName.test(name)) ||
    wordsOf(name).some((word) => credentialWord.test(word))
  const query = [...searchParams].filter(([name]) => !isCredential(name))
  return { at: `${protocol}//${host}${pathname}`, query: query.toSorted(([one], [other]) => compared(one, other)) }
}

const wordsOf = (name: string): string[] => name.split(/[^a-zA-Z0-9]+|(?<=[a-z0-9])(?=[A-Z])/)

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
