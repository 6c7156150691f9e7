import { cursor, unusual } from './cursor.ts'
import { makeText } from './make-text.ts'
import type { TextCache } from './text-cache.ts'
import { plainEnd } from './words.ts'

const quote = 34
const backslash = 92

/** Reads the string whose opening quote stands at `at`. */
export function readString(
  bytes: Buffer,
  words: DataView,
  at: number,
  cache: TextCache | undefined,
): string | typeof unusual {
  const begin = at + 1
  const end = plainEnd(words, begin)
  if (bytes[end] !== quote) return readHardString(bytes, at)
  cursor.at = end + 1
  const length = end - begin
  return cache !== undefined && length <= 16 && cache.useful
    ? cache.take(bytes, words, begin, length)
    : makeText(bytes, begin, length)
}

/** Passes over a string, proving it. Gives back the place behind it, or −1. */
export function skipString(bytes: Buffer, words: DataView, at: number): number {
  const end = plainEnd(words, at + 1)
  if (bytes[end] === quote) return end + 1
  return readHardString(bytes, at) === unusual ? -1 : cursor.at
}

/** Strings with escapes or beyond ASCII. A replacement character may stand for bytes that are no UTF-8: the slow way tells. */
export function readHardString(bytes: Buffer, at: number): string | typeof unusual {
  let isEscaped = false
  let isAscii = true
  let end = at + 1
  for (; ; end++) {
    const byte = bytes[end]!
    if (byte === quote) break
    if (byte < 0x20) return unusual
    if (byte === backslash) {
      isEscaped = true
      end++
      if (bytes[end]! < 0x20) return unusual
    } else if (byte > 0x7f) isAscii = false
  }
  cursor.at = end + 1
  if (!isEscaped) {
    const text = bytes.toString('utf8', at + 1, end)
    return text.includes('\ufffd') ? unusual : text
  }
  const quoted = isAscii ? bytes.toString('latin1', at, end + 1) : bytes.toString('utf8', at, end + 1)
  if (!isAscii && quoted.includes('\ufffd')) return unusual
  try {
    const text = JSON.parse(quoted) as string
    return text.isWellFormed() ? text : unusual
  } catch {
    return unusual
  }
}
