import { Decimal } from '@heddle/types/decimal'

type Numeric = number | bigint

const isNumeric = (value: unknown): value is Numeric => typeof value === 'number' || typeof value === 'bigint'

/** The date of a time in milliseconds; null where a date cannot be that far. */
export function dateAt(ms: number): Date | null {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date
}

/** A big integer within 64 bits, or null: what is beyond is unknown and never wraps around. */
export const int64 = (value: bigint): bigint | null => (BigInt.asIntN(64, value) === value ? value : null)

/** Whether a double is a whole number that it holds exactly, so that it can be counted with among big integers. */
const asBig = (value: Numeric): bigint | undefined =>
  typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : undefined

/** A decimal, or a whole number that goes together with one; undefined for all else. */
export function asDecimal(value: unknown): Decimal | undefined {
  if (value instanceof Decimal) return value
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? Decimal.of(value as Numeric) : undefined
}

/** What a decimal does with another one. */
type DecimalMethod = 'plus' | 'minus' | 'times' | 'dividedBy' | 'remainder'

/** Calculates with two doubles, with two big integers or two decimals where one is; null for all else. */
function calculate(
  left: unknown,
  right: unknown,
  doubles: (left: number, right: number) => number | null,
  bigs: (left: bigint, right: bigint) => bigint | null,
  decimals: DecimalMethod,
): unknown {
  if (typeof left === 'number' && typeof right === 'number') return doubles(left, right)
  if (left instanceof Decimal || right instanceof Decimal) {
    const [one, other] = [asDecimal(left), asDecimal(right)]
    return (one && other && one[decimals](other)) ?? null
  }
  if (!isNumeric(left) || !isNumeric(right)) return null
  const [a, b] = [asBig(left), asBig(right)]
  return a === undefined || b === undefined ? null : bigs(a, b)
}

/** `+`: numbers, texts, lists, and a time with milliseconds. */
export function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (left instanceof Date && typeof right === 'number') return dateAt(left.getTime() + right)
  if (typeof left === 'number' && right instanceof Date) return dateAt(left + right.getTime())
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right].map((item: unknown) => item ?? null)
  return calculate(
    left,
    right,
    (a, b) => a + b,
    (a, b) => int64(a + b),
    'plus',
  )
}

/** `-`: numbers, two times, a time and milliseconds. */
export function subtract(left: unknown, right: unknown): unknown {
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime()
  if (left instanceof Date && typeof right === 'number') return dateAt(left.getTime() - right)
  return calculate(
    left,
    right,
    (a, b) => a - b,
    (a, b) => int64(a - b),
    'minus',
  )
}

/** `*`. */
export const multiply = (left: unknown, right: unknown): unknown =>
  calculate(
    left,
    right,
    (a, b) => a * b,
    (a, b) => int64(a * b),
    'times',
  )

/** `/`: null by zero; of big integers, without the rest. */
export const divide = (left: unknown, right: unknown): unknown =>
  calculate(
    left,
    right,
    (a, b) => (b === 0 ? null : a / b),
    (a, b) => (b === 0n ? null : int64(a / b)),
    'dividedBy',
  )

/** `%`, with the sign of the left: null by zero. */
export const remainder = (left: unknown, right: unknown): unknown =>
  calculate(
    left,
    right,
    (a, b) => (b === 0 ? null : a % b),
    (a, b) => (b === 0n ? null : a % b),
    'remainder',
  )

/** `-x`. */
export const negate = (value: unknown): unknown => (typeof value === 'number' ? -value : subtract(0, value))
