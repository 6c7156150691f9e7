/*
 * Bytes four at a time. Marks are the highest bits of those bytes of a word that are looked for. A borrow may mark a byte
 * too many, but only behind a marked one, and the first is what counts. What marks stands in this file, because calls within
 * a file cost nothing.
 */

const highBits = -2139062144

/** Which of four bytes is the first that is marked: 0 to 3. */
const firstMarked = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3

/** How far plain text goes: to the first byte that is a quote, a backslash, a control character or not ASCII. */
export function plainEnd(words: DataView, at: number): number {
  for (let place = at; ; place += 4) {
    const word = words.getInt32(place, true)
    const marks = (((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101) | word) & highBits
    if (marks !== 0) return place + firstMarked(marks)
  }
}

/** The place of the next byte that is a quote or a control character. */
export function quoteFrom(words: DataView, at: number): number {
  for (let place = at; ; place += 4) {
    const word = words.getInt32(place, true)
    const marks = ((word ^ 0x02020202) - 0x21212121) & ~word & highBits
    if (marks !== 0) return place + firstMarked(marks)
  }
}

/** The place of the next line feed. */
export function lineFeedFrom(words: DataView, at: number): number {
  for (let place = at; ; place += 4) {
    const word = words.getInt32(place, true) ^ 0x0a0a0a0a
    const marks = (word - 0x01010101) & ~word & highBits
    if (marks !== 0) return place + firstMarked(marks)
  }
}
