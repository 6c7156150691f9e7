const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/** The highest bits of those of four bytes that are no digits. */
const marksOf = (word: number): number => ((word + 0x46464646) | (word - 0x30303030)) & -2139062144

/** Which of four bytes is the first that is marked: 0 to 3. */
const firstMarked = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3

/** What four digits say. */
function fourDigits(word: number): number {
  const pairs = (Math.imul(word & 0x0f0f0f0f, 10) + ((word >>> 8) & 0x000f0f0f)) & 0x00ff00ff
  return Math.imul(pairs & 0xff, 100) + (pairs >>> 16)
}

/** What the first digits of a word say, of which there are 1 to 3: they become the last of four. */
const firstDigits = (word: number, count: number): number => fourDigits(word << (32 - (count << 3)))

/** The number that was read last. As a result of its own it would be an object on the heap. */
export const numberRead = new Float64Array(1)
const read = numberRead
/** Eight digits that were read last, as words, and what they say. */
const seen = new Int32Array(3)

/**
 * Reads the number that begins at `at` into `numberRead`. Gives back the place behind it, or −1 for what is none or is
 * not simple. Up to 15 digits are an exact integer, and so is the power of ten below them, so that one division rounds as
 * a parser has to (Clinger's fast path).
 */
export function simpleNumberEnd(words: DataView, at: number): number {
  let place = at
  let word = words.getInt32(place, true)
  const isNegative = (word & 0xff) === 45
  if (isNegative) word = words.getInt32(++place, true)
  const begin = place
  const startsWithZero = (word & 0xff) === 48
  let marks = marksOf(word)
  // Eight digits fit into an integer, with which is reckoned faster. Those of times and counters are mostly the last ones.
  let first = 0
  if (marks === 0) {
    const second = words.getInt32(place + 4, true)
    if ((word !== seen[0] || second !== seen[1]) && marksOf(second) === 0) {
      seen[0] = word
      seen[1] = second
      seen[2] = Math.imul(fourDigits(word), 10_000) + fourDigits(second)
    }
    if (word === seen[0] && second === seen[1]) {
      first = seen[2]!
      place += 8
      word = words.getInt32(place, true)
      marks = marksOf(word)
    }
  }
  let digits: number = first
  while (marks === 0) {
    digits = digits * 10_000 + fourDigits(word)
    place += 4
    if (place - begin > 15) return -1
    word = words.getInt32(place, true)
    marks = marksOf(word)
  }
  let count = firstMarked(marks)
  if (count > 0) {
    digits = digits * powers[count]! + firstDigits(word, count)
    place += count
  }
  const length = place - begin
  // A zero at the beginning stands alone.
  if (length === 0 || length > 15 || (length > 1 && startsWithZero)) return -1
  let next = (word >>> (count << 3)) & 0xff
  if (next === 46) {
    const point = place++
    word = words.getInt32(place, true)
    marks = marksOf(word)
    while (marks === 0) {
      digits = digits * 10_000 + fourDigits(word)
      place += 4
      if (place - begin > 16) return -1
      word = words.getInt32(place, true)
      marks = marksOf(word)
    }
    count = firstMarked(marks)
    if (count > 0) {
      digits = digits * powers[count]! + firstDigits(word, count)
      place += count
    }
    const decimals = place - point - 1
    if (decimals === 0 || place - begin > 16) return -1
    digits /= powers[decimals]!
    next = (word >>> (count << 3)) & 0xff
  }
  // An exponent, 'e' or 'E'.
  if (next === 101 || next === 69) return -1
  read[0] = isNegative ? -digits : digits
  return place
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** Longer ones are read the slow way. */
const mostCharacters = 64

/** Reads any other number into `numberRead`. Gives back the place behind it, or −1 for what is none or would be changed. */
export function hardNumberEnd(bytes: Buffer, at: number): number {
  const text = bytes.toString('latin1', at, Math.min(at + mostCharacters, bytes.length))
  number.lastIndex = 0
  const [matched = ''] = number.exec(text) ?? []
  if (matched === '' || matched.length === mostCharacters) return -1
  const value = Number(matched)
  if (!Number.isFinite(value)) return -1
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && !/e/i.test(matched)) return -1
  read[0] = value
  return at + matched.length
}
