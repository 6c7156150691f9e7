import { hash, timingSafeEqual } from 'node:crypto'
import { apiKeyPrefix, type Random } from '@heddle/core'

/**
 * How an API key is written: `hk_`, its id in 32 hexadecimal digits, its secret of 256 random bits in 43 characters of
 * Base64 for URLs, and behind a dot the tenant where it is not `main`. All of it is a bearer token (RFC 6750) as it is.
 */
export interface KeyText {
  readonly id: string
  readonly tenant: string
  /** SHA-256 of the text. A slow hash would protect what can be guessed; 256 random bits cannot. */
  readonly hash: Uint8Array
}

const secretBytes = 32
/** Longer texts are no keys: 1 KiB holds the longest tenant that anybody wants. */
const mostCharacters = 1024
const form = /^hk_([\da-f]{32})[\w-]{43}(?:\.([\w-]+))?$/

/** Makes the text of a new key. It exists nowhere else. */
export function makeKeyText(random: Random, id: string, tenant: string): string {
  const secret = Buffer.from(random.bytes(secretBytes)).toString('base64url')
  const where = tenant === 'main' ? '' : `.${Buffer.from(tenant).toString('base64url')}`
  return `${apiKeyPrefix}${id.replaceAll('-', '')}${secret}${where}`
}

/** Reads a key; undefined for what cannot be one. */
export function parseKeyText(text: string): KeyText | undefined {
  const [, digits, where] = (text.length <= mostCharacters && form.exec(text)) || []
  if (digits === undefined) return undefined
  const tenant = where === undefined ? 'main' : Buffer.from(where, 'base64url').toString()
  return { id: uuidOf(digits), tenant, hash: hashOfKey(text) }
}

/** What is kept of a key. */
export const hashOfKey = (text: string): Uint8Array => hash('sha256', text, 'buffer')

/** Whether two hashes are the same; takes equally long whether they are or not. */
export const isSameHash = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right)

const uuidOf = (digits: string) =>
  [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')
