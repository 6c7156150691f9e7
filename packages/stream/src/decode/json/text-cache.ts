import { makeText } from './make-text.ts'

const sizes = [256, 4096] as const
/** After so many texts it is judged whether keeping them pays. */
const trial = 2048

/**
 * Keeps the short texts of one field, so that one that comes again is not made again; it then is the same string, with
 * its hash. Each text has two places, by its bytes, which are compared whole: up to 16 of them, as four words. Two texts of
 * one place would put each other out, again and again.
 */
export class TextCache {
  /** Whether to ask it at all: fields such as ids never repeat. */
  useful = true
  #mask = sizes[0] - 1
  #texts: string[] = Array.from({ length: sizes[0] }, () => '')
  // Four words and a length each. No text has the length −1.
  #words = new Int32Array(sizes[0] * 8).fill(-1)
  #asked = 0
  #missed = 0

  /** @param length at most 16 */
  take(bytes: Buffer, words: DataView, at: number, length: number): string {
    const a = wordAt(words, at, length)
    const b = length > 4 ? wordAt(words, at + 4, length - 4) : 0
    const c = length > 8 ? wordAt(words, at + 8, length - 8) : 0
    const d = length > 12 ? wordAt(words, at + 12, length - 12) : 0
    let hash = Math.imul(a ^ length, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae35)
    hash = Math.imul(hash ^ (hash >>> 15) ^ d, 0x27d4eb2f)
    const kept = this.#words
    let first = ((hash ^ (hash >>> 16)) & this.#mask) << 3
    this.#asked++
    for (let tried = 0; tried < 2; tried++) {
      if (
        kept[first] === a &&
        kept[first + 1] === b &&
        kept[first + 2] === c &&
        kept[first + 3] === d &&
        kept[first + 4] === length
      )
        return this.#texts[first >> 3]!
      first ^= 8
    }
    if (this.#asked >= trial) this.#judge()
    this.#missed++
    const text = makeText(bytes, at, length)
    // After a judgement the place belongs to another table.
    if (kept !== this.#words) return text
    // What stood there goes to the other place.
    kept.copyWithin(first ^ 8, first, first + 8)
    this.#texts[(first ^ 8) >> 3] = this.#texts[first >> 3]!
    kept[first] = a
    kept[first + 1] = b
    kept[first + 2] = c
    kept[first + 3] = d
    kept[first + 4] = length
    return (this.#texts[first >> 3] = text)
  }

  #judge(): void {
    const [, large] = sizes
    const isPoor = this.#missed * 4 > this.#asked
    const isHopeless = this.#missed * 2 > this.#asked
    this.#asked = this.#missed = 0
    if (!isPoor) return
    if (this.#mask === large - 1) {
      this.useful = !isHopeless
      return
    }
    this.#mask = large - 1
    this.#texts = Array.from({ length: large }, () => '')
    this.#words = new Int32Array(large * 8).fill(-1)
  }
}

/** Four bytes of a text as a word; those behind its end are 0. */
const wordAt = (words: DataView, at: number, length: number): number =>
  length >= 4 ? words.getInt32(at, true) : words.getInt32(at, true) & ((1 << (length << 3)) - 1)
