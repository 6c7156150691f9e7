import { z } from 'zod'
import { type Aggregate, defineAggregate } from './aggregate.ts'

// DDSketch (Ch. Masson, J. E. Rim, H. K. Lee: DDSketch, VLDB 2019): numbers are counted in bins whose bounds grow by a
// constant factor, so that the middle of a bin is at most 1 % away from each number in it. Counts of bins can be taken back
// and added, in whatever order. Bins are kept sparsely and never joined: doubles from 1e-308 to 1e308 have 71,000 of them,
// usual data a few hundred.

/** How far a percentile is from a number of that rank at most, as a part of it. */
export const percentileError = 0.01

const gamma = (1 + percentileError) / (1 - percentileError)
const logGamma = Math.log(gamma)
/** The bin of what is above every double. */
const infinite = 1_000_000

/** How far from a whole number a place is at most that is meant to be one: far more than doubles are wrong by. */
const slack = 1e-12

const bins = z.record(z.string(), z.int())

/** The numbers so far: how many are in which bin, by their size; how many are 0, NaN, or no number. */
const state = z.object({
  count: z.int(),
  positive: bins,
  negative: bins,
  zeros: z.int(),
  nans: z.int(),
  others: z.int(),
})

type Sketch = z.output<typeof state>

const binOf = (size: number): number => (size === Infinity ? infinite : Math.ceil(Math.log(size) / logGamma))

/** The middle of a bin, as far in parts from its lower bound as from its upper one. */
const middleOf = (bin: number): number => (bin === infinite ? Infinity : (2 * Math.exp(bin * logGamma)) / (gamma + 1))

function change(sketch: Sketch, value: unknown, by: number): Sketch {
  sketch.count += by
  if (typeof value !== 'number') sketch.others += by
  else if (value > 0) put(sketch.positive, binOf(value), by)
  else if (value < 0) put(sketch.negative, binOf(-value), by)
  else if (value === 0) sketch.zeros += by
  else sketch.nans += by
  return sketch
}

function put(counts: Sketch['positive'], bin: number | string, by: number): void {
  const count = (counts[bin] ?? 0) + by
  if (count === 0) delete counts[bin]
  else counts[bin] = count
}

/**
 * The number of which a fraction of the numbers is not greater: with n of them, the one at place ⌊fraction · (n − 1)⌋
 * from 0, estimated at most 1 % away: for 0 the least, for 1 the greatest. NaN is greater than all numbers. Null of nothing, and where something is no number.
 */
export const percentile = (fraction: number): Aggregate<unknown, Sketch, number | null> =>
  defineAggregate({
    name: 'percentile',
    state,
    initial: (): Sketch => ({ count: 0, positive: {}, negative: {}, zeros: 0, nans: 0, others: 0 }),
    add: (sketch, value) => change(sketch, value, 1),
    retract: (sketch, value) => change(sketch, value, -1),
    merge(sketch, other) {
      for (const name of ['count', 'zeros', 'nans', 'others'] as const) sketch[name] += other[name]
      for (const name of ['positive', 'negative'] as const) {
        for (const [bin, count] of Object.entries(other[name])) put(sketch[name], bin, count)
      }
      return sketch
    },
    result: (sketch) => numberAt(sketch, placeOf(fraction, sketch.count)),
  })

/** ⌊fraction · (n − 1)⌋ as it is on paper: in doubles, 0.29 · 100 is a little less than 29. */
function placeOf(fraction: number, count: number): number {
  const exact = fraction * (count - 1)
  const whole = Math.round(exact)
  return Math.abs(exact - whole) <= count * slack ? whole : Math.floor(exact)
}

/** The number at a place among all, the least at 0. */
function numberAt({ count, positive, negative, zeros, others }: Sketch, place: number): number | null {
  if (count === 0 || others > 0) return null
  let before = 0
  for (const bin of sorted(negative).toReversed()) {
    before += negative[bin]!
    if (before > place) return -middleOf(bin)
  }
  before += zeros
  if (before > place) return 0
  for (const bin of sorted(positive)) {
    before += positive[bin]!
    if (before > place) return middleOf(bin)
  }
  return NaN
}

const sorted = (counts: Sketch['positive']): number[] =>
  Object.keys(counts)
    .map(Number)
    .sort((left, right) => left - right)
