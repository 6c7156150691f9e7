/** How many digits of a big integer are read: reading takes time in the square of the length. */
export const bigintDigitLimit = 1000

const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3}0*)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

/**
 * Reads an RFC 3339 date-time. Parts of a millisecond and days that the month does not have are refused, because a
 * `Date` would change them silently.
 */
export function readDate(text: string): Date | undefined {
  const [, year, month, day] = dateTime.exec(text) ?? []
  if (year === undefined || Number(day) > daysIn(Number(year), Number(month))) return undefined
  const date = new Date(text.toUpperCase())
  return Number.isNaN(date.getTime()) ? undefined : date
}

const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Reads an integer of any size in decimal digits, without leading zeros. */
export function readBigint(text: string): bigint | undefined {
  return text.length <= bigintDigitLimit && /^(?:0|-?[1-9]\d*)$/.test(text) ? BigInt(text) : undefined
}

/**
 * Reads a number as JSON writes it. What JavaScript would round to another integer is refused; an exponent says that a
 * floating-point number is meant.
 */
export function readNumber(text: string): number | undefined {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return undefined
  const number = Number(text)
  const isSafe = /e/i.test(text) ? Number.isFinite(number) : Math.abs(number) <= Number.MAX_SAFE_INTEGER
  return isSafe ? number : undefined
}
