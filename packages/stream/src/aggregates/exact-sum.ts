import { Decimal } from '@heddle/types/decimal'
import { z } from 'zod'

// The exact sum of doubles, held as a few doubles whose sum it is: what is lost by rounding when two are added is a
// double too, and is kept (T. J. Dekker 1971, D. E. Knuth; expansions by J. R. Shewchuk 1997, as in Python's `fsum`).
// It is rounded once, when it is asked for. So the sum depends neither on the order of the values nor on values that
// were added and taken back; windows can be merged, and whoever adds the same values has the same sum to the last bit.
//
// Nearly always two doubles are enough, so those are fields; `more` has what does not fit into them. What is no finite
// number is counted, so that it can be taken back too. Beyond 1.8e308 the sum is counted in units of 2^1024. Big integers
// and decimals have exact sums of their own, as text.

/** The exact sum of some doubles. */
export interface ExactSum {
  /** How many numbers were added. */
  count: number
  high: number
  low: number
  more?: number[]
  /** How many are NaN, Infinity, -Infinity, no number at all; and how often the sum went over the greatest double. */
  odd?: [nan: number, infinite: number, negative: number, others: number, overflows: number]
  bigs?: Exact
  decimals?: Exact
}

/** A sum of big integers or decimals, and of how many. */
interface Exact {
  count: number
  sum: string
}

const exact = z.object({ count: z.int(), sum: z.string() })

/** The type of an exact sum in a cell. */
export const exactSum: z.ZodType<ExactSum> = z.object({
  count: z.int(),
  high: z.number(),
  low: z.number(),
  more: z.array(z.number()).optional(),
  odd: z.tuple([z.int(), z.int(), z.int(), z.int(), z.int()]).optional(),
  bigs: exact.optional(),
  decimals: exact.optional(),
})

/** A sum of nothing. */
export const noSum = (): ExactSum => ({ count: 0, high: 0, low: 0 })

/** Adds a value, which is no null. */
export function addExact(sum: ExactSum, value: unknown): void {
  sum.count += 1
  if (typeof value === 'number' && addDouble(sum, value)) return
  putOdd(sum, value, 1)
}

/** Takes a value back. */
export function retractExact(sum: ExactSum, value: unknown): void {
  sum.count -= 1
  if (typeof value === 'number' && addDouble(sum, -value)) return
  putOdd(sum, value, -1)
}

/** Adds to a sum what another has. */
export function mergeExact(sum: ExactSum, other: ExactSum): void {
  sum.count += other.count
  for (const part of [other.high, other.low, ...(other.more ?? [])]) {
    if (!addDouble(sum, part)) addLarge(sum, part)
  }
  if (other.bigs !== undefined) putBig(sum, BigInt(other.bigs.sum), other.bigs.count)
  if (other.decimals !== undefined) putDecimal(sum, Decimal.read(other.decimals.sum), other.decimals.count)
  other.odd?.forEach((counted, index) => (oddOf(sum)[index]! += counted))
}

/**
 * The sum: of doubles rounded once, of big integers and decimals exact. Null of nothing, where one of the values is no
 * number, and where big integers are beyond 64 bits.
 */
export function resultOfExact(sum: ExactSum): number | bigint | Decimal | null {
  const { count, bigs, decimals, odd } = sum
  if (count === 0 || (odd !== undefined && odd[3] > 0)) return null
  const doubles = count - (bigs?.count ?? 0) - (decimals?.count ?? 0)
  if (doubles === count) return resultOfDoubles(sum)
  // As with `+`: only whole doubles go together with exact numbers.
  const whole = doubles === 0 ? 0 : resultOfDoubles(sum)
  if (!Number.isSafeInteger(whole)) return null
  const big = BigInt(whole) + BigInt(bigs?.sum ?? 0)
  if (decimals?.count) return Decimal.read(decimals.sum)?.plus(Decimal.of(big)) ?? null
  return BigInt.asIntN(64, big) === big ? big : null
}

/** The mean: of decimals a decimal, of all others a double. Null where the sum is. */
export function meanOfExact(sum: ExactSum): number | Decimal | null {
  const { count, bigs, decimals } = sum
  if (bigs?.count && !decimals?.count && count === bigs.count) return Number(BigInt(bigs.sum)) / count
  const whole = resultOfExact(sum)
  if (whole === null) return null
  return whole instanceof Decimal ? (whole.dividedBy(Decimal.of(count)) ?? null) : Number(whole) / count
}

function resultOfDoubles({ high, low, more, odd }: ExactSum): number {
  const overflows = odd?.[4] ?? 0
  if (odd !== undefined) {
    const [nan, infinite, negative] = odd
    if (nan > 0 || (infinite > 0 && negative > 0)) return NaN
    if (infinite > 0 || negative > 0) return infinite > 0 ? Infinity : -Infinity
  }
  if (overflows !== 0 || Math.abs(high) >= half) return roundedNearEnd(overflows, high, low, more)
  // A sum of two doubles is rounded once by adding them.
  return more === undefined ? high + low + 0 : rounded(expansionOf([high, low, ...more]))
}

/** What is lost by rounding a sum (Dekker's way: from the larger of the two, so that nothing on the way is infinite). */
const lostOf = (one: number, other: number, sum: number): number =>
  Math.abs(one) >= Math.abs(other) ? other - (sum - one) : one - (sum - other)

/** Adds a double without loss; false, and nothing was done, where a part of it would not be finite. */
function addDouble(sum: ExactSum, value: number): boolean {
  const { high } = sum
  const added = high + value
  // NaN and what is infinite give no difference of 0.
  if (added - added !== 0) return false
  const lost = lostOf(high, value, added)
  sum.high = added
  if (lost === 0) return true
  const { low } = sum
  const lower = low + lost
  const virtualLower = lower - low
  const lostAgain = low - (lower - virtualLower) + (lost - virtualLower)
  sum.low = lower
  if (lostAgain !== 0) spread(sum, lostAgain)
  return true
}

/** Brings a sum that needs more than two doubles into the fewest that it can have. */
function spread(sum: ExactSum, lost: number): void {
  // With the greatest doubles, a part of the expansion could be infinite.
  if (Math.abs(sum.high) >= half) takeOff(sum)
  const parts = expansionOf([sum.high, sum.low, ...(sum.more ?? []), lost])
  sum.high = parts.pop() ?? 0
  sum.low = parts.pop() ?? 0
  if (parts.length > 0) sum.more = parts
  else delete sum.more
}

const oddOf = (sum: ExactSum): NonNullable<ExactSum['odd']> => (sum.odd ??= [0, 0, 0, 0, 0])

/** Adds, or takes back, what is no usual double. */
function putOdd(sum: ExactSum, value: unknown, times: 1 | -1): void {
  if (typeof value === 'bigint') return putBig(sum, BigInt(times) * value, times)
  if (value instanceof Decimal) return putDecimal(sum, times === 1 ? value : value.negated(), times)
  if (typeof value !== 'number') oddOf(sum)[3] += times
  else if (Number.isFinite(value)) addLarge(sum, times * value)
  else if (Number.isNaN(value)) oddOf(sum)[0] += times
  else oddOf(sum)[value > 0 ? 1 : 2] += times
}

function putBig(sum: ExactSum, value: bigint, count: number): void {
  const bigs = (sum.bigs ??= { count: 0, sum: '0' })
  bigs.count += count
  bigs.sum = String(BigInt(bigs.sum) + value)
}

function putDecimal(sum: ExactSum, value: Decimal | undefined, count: number): void {
  const decimals = (sum.decimals ??= { count: 0, sum: '0' })
  decimals.count += count
  // What has too many digits is no number any more; it never becomes one again.
  const added = value && Decimal.read(decimals.sum)?.plus(value)
  decimals.sum = added === undefined ? '' : String(added)
}

const half = 2 ** 1023

/** A double of 2^1023 or more in size without 2^1024, which is no double itself: exact. */
const withoutUnit = (value: number): number => value - Math.sign(value) * half - Math.sign(value) * half

/** Counts 2^1024 of a large sum apart. */
function takeOff(sum: ExactSum): void {
  oddOf(sum)[4] += Math.sign(sum.high)
  sum.high = withoutUnit(sum.high)
}

/** Adds a finite number that would make the sum infinite. One of the two is 2^1023 or more, and gives 2^1024 away. */
function addLarge(sum: ExactSum, value: number): void {
  if (Math.abs(value) < half) {
    takeOff(sum)
    addDouble(sum, value)
  } else {
    oddOf(sum)[4] += Math.sign(value)
    addDouble(sum, withoutUnit(value))
  }
}

/** The double nearest to a sum that is large, or of which 2^1024 was counted apart. */
function roundedNearEnd(overflows: number, high: number, low: number, more: readonly number[] = []): number {
  const large = Math.abs(high) >= half
  const units = overflows + (large ? Math.sign(high) : 0)
  const parts = expansionOf([large ? withoutUnit(high) : high, low, ...more])
  if (units === 0) return rounded(parts) + 0
  // The parts are about 2^1023 at most.
  if (Math.abs(units) > 1) return units > 0 ? Infinity : -Infinity
  // Halved, all are doubles. What is too small to be halved only says on which side of the middle the sum is.
  return rounded(expansionOf([...parts.map((part) => part / 2 || part), units * half])) * 2
}

/** Doubles without overlap whose sum is that of the given ones, the smallest first; none of them is 0. */
function expansionOf(values: readonly number[]): number[] {
  const parts: number[] = []
  for (const value of values) {
    let added = value
    let kept = 0
    for (const part of parts) {
      const sum = added + part
      const lost = lostOf(added, part, sum)
      if (lost !== 0) parts[kept++] = lost
      added = sum
    }
    parts.length = kept
    if (added !== 0) parts.push(added)
  }
  return parts
}

/** The double nearest to the sum of an expansion; of two that are as near, the even one. */
function rounded(parts: readonly number[]): number {
  let index = parts.length - 1
  let sum = parts[index] ?? 0
  let lost = 0
  while (index > 0 && lost === 0) {
    const before = sum
    const next = parts[--index]!
    sum = before + next
    lost = next - (sum - before)
  }
  // What is left below decides where the loss is exactly half of the last digit.
  const below = index > 0 ? parts[index - 1]! : 0
  if (below !== 0 && below < 0 === lost < 0) {
    const twice = lost * 2
    const other = sum + twice
    if (twice === other - sum) return other
  }
  return sum
}
