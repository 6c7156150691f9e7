import { isUtf8 } from 'node:buffer'
import { systemFailure } from '../error/failure.ts'
import { type AnyFailure, failed, type Outcome, success } from '../outcome/outcome.ts'
import { findFaults } from './find-faults.ts'
import { decodeLimits, type DecodeLimits } from './limits.ts'
import { looksSound } from './looks-sound.ts'

/**
 * Reads JSON that comes from outside. Beyond what `JSON.parse` refuses, it refuses whatever `JSON.parse` would change
 * without a word: a key that stands twice, an integer beyond 2^53 - 1, half of a surrogate pair, bytes that are no UTF-8;
 * and `__proto__`, too deep nesting and too large input. Failures carry the path; broken JSON line and column too.
 *
 * The common case is `JSON.parse` and one walk over what it made; the text itself is walked only on suspicion.
 *
 * @returns failures `MalformedInput`, `DuplicateKey`, `UnsafeInteger`, `LoneSurrogate`, `ForbiddenKey`, `TooDeep`, `TooLarge`
 * @example
 * decodeJson('{"cents": 5, "cents": 500}')
 * // { ok: false, errors: [DuplicateKey at cents] }
 */
export function decodeJson(input: string | Uint8Array, limits: DecodeLimits = {}): Outcome<unknown, AnyFailure> {
  const { maxBodyBytes = decodeLimits.maxBodyBytes, maxDepth = decodeLimits.maxDepth } = limits
  if (isLonger(input, maxBodyBytes)) return failed([tooLarge(maxBodyBytes)])

  const text = typeof input === 'string' ? input : textOf(input)
  if (text === undefined)
    return failed([systemFailure('MalformedInput', { format: 'JSON', reason: 'it is not UTF-8' })])
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return failed(findFaults(text, maxDepth))
  }
  if (looksSound(text, value, maxDepth)) return success(value)
  const faults = findFaults(text, maxDepth)
  return faults.length > 0 ? failed(faults) : success(value)
}

/** The failure of an input beyond the limit `maxBodyBytes`. */
export const tooLarge = (limit: number): AnyFailure => systemFailure('TooLarge', { limit, name: 'maxBodyBytes' })

/** A character takes one to three bytes, so only lengths in between have to be counted. */
function isLonger(input: string | Uint8Array, maxBytes: number): boolean {
  if (typeof input !== 'string') return input.byteLength > maxBytes
  return input.length > maxBytes || (input.length * 3 > maxBytes && Buffer.byteLength(input) > maxBytes)
}

/** The text of UTF-8 bytes; nothing for other bytes, which a lenient decoder would replace by U+FFFD. */
function textOf(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined
  const { buffer, byteOffset, byteLength } = bytes
  return (bytes instanceof Buffer ? bytes : Buffer.from(buffer, byteOffset, byteLength)).toString('utf8')
}
