import { seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { approxDistinct, approxDistinctError } from './approx-distinct.ts'
import { percentile, percentileError } from './percentile.ts'
import { top } from './top.ts'

const at = { time: 0, id: '' }

const addAll = <State>(
  aggregate: { initial(): State; add(state: State, value: unknown, moment: typeof at): State },
  all: Iterable<unknown>,
): State => {
  let state = aggregate.initial()
  for (const value of all) state = aggregate.add(state, value, at)
  return state
}

test.each([10, 500, 512, 513, 1000, 5000, 20_000, 100_000, 400_000])(
  'approxDistinct is near for %d values, and nearly exact for few',
  (count) => {
    const errors = ['flight', 'user', 'https://example.com/', ''].map((prefix) => {
      const values = Array.from({ length: count }, (_, index) => (prefix === '' ? index : `${prefix}${index}`))
      const state = addAll(approxDistinct, values)
      return (approxDistinct.result(addedTwice(state, values)) - count) / count
    })
    // The root of the mean square over some sets is about the standard error; no single one is far beyond it.
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(count <= 512 ? 0.001 : 3 * approxDistinctError)
  },
)

/** What was there already changes nothing. */
function addedTwice(state: ReturnType<typeof approxDistinct.initial>, values: readonly unknown[]) {
  let after = state
  for (const value of values.slice(0, 100)) after = approxDistinct.add(after, value, at)
  return after
}

test('the errors of approxDistinct over many sets have the standard error that is stated, and no bias', () => {
  const sets = 150
  const errors = Array.from({ length: sets }, (_, set) => {
    const state = addAll(
      approxDistinct,
      Array.from({ length: 3000 }, (__, index) => `${set}/${index}`),
    )
    return approxDistinct.result(state) / 3000 - 1
  })
  const mean = errors.reduce((sum, error) => sum + error, 0) / sets
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / sets)
  expect(deviation).toBeLessThan(approxDistinctError * 1.15)
  expect(Math.abs(mean)).toBeLessThan((3 * approxDistinctError) / Math.sqrt(sets))
})

test('approxDistinct does not depend on how values are spread over sketches that are merged', () => {
  const values = Array.from({ length: 2000 }, (_, index) => `v${index}`)
  for (const [first, from] of [
    [1500, 500],
    [300, 100],
    [100, 50],
  ] as const) {
    const merged = approxDistinct.merge!(
      addAll(approxDistinct, values.slice(0, first)),
      addAll(approxDistinct, values.slice(from)),
    )
    expect(approxDistinct.result(merged)).toBe(approxDistinct.result(addAll(approxDistinct, values)))
  }
})

test('a percentile is at most 1 % away from the number of its rank', () => {
  const seeded = seededRandom(20_261_121)
  const random = () => seeded.next()
  const shapes = {
    even: () => random() * 1000,
    spread: () => Math.exp(random() * 600 - 300),
    signed: () => (random() - 0.5) * 1e6,
    whole: () => Math.floor(random() * 20) - 10,
    tiny: () => 5e-324 * Math.floor(random() * 1e6),
  }
  for (const [shape, draw] of Object.entries(shapes)) {
    const numbers = Array.from({ length: 5000 }, draw)
    const sorted = numbers.toSorted((one, other) => one - other)
    for (const fraction of [0.001, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]) {
      const aggregate = percentile(fraction)
      const exact = sorted[Math.floor(fraction * (numbers.length - 1))]!
      const result = aggregate.result(addAll(aggregate, numbers))!
      // The smallest doubles are so far apart that the middle between two is none.
      const slack = Math.max(1e-12 * Math.abs(exact), 5e-324)
      expect(Math.abs(result - exact), `${shape} ${fraction}`).toBeLessThanOrEqual(
        Math.abs(exact) * percentileError + slack,
      )
    }
  }
})

test('a percentile stands at the place that its fraction has on paper', () => {
  for (const count of [1, 2, 11, 101, 1001]) {
    const numbers = Array.from({ length: count }, (_, index) => index)
    const sketch = addAll(percentile(0.5), numbers)
    for (let hundredths = 0; hundredths <= 100; hundredths += 1) {
      const exact = Math.floor((hundredths * (count - 1)) / 100)
      const found = percentile(hundredths / 100).result(sketch)!
      expect(Math.abs(found - exact), `${hundredths} % of ${count}`).toBeLessThanOrEqual(
        exact * percentileError * (1 + 1e-9),
      )
    }
  }
})

test('a percentile of 0 is the least number, and one of 1 the greatest', () => {
  const numbers = [3, -70, 0, 12, 900]
  for (const [fraction, exact] of [
    [0, -70],
    [1, 900],
  ] as const) {
    const found = percentile(fraction).result(addAll(percentile(fraction), numbers))!
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * percentileError)
  }
})

test('a percentile is the same when more was added and taken back, or merged', () => {
  const aggregate = percentile(0.9)
  const numbers = Array.from({ length: 300 }, (_, index) => ((index * 7919) % 997) - 300)
  const direct = addAll(aggregate, numbers)
  let state = addAll(aggregate, [...numbers, 1e9, -1e-9, NaN, Infinity, 0])
  for (const extra of [0, Infinity, NaN, -1e-9, 1e9]) state = aggregate.retract!(state, extra, at)
  expect(state).toEqual(direct)
  expect(aggregate.merge!(addAll(aggregate, numbers.slice(0, 100)), addAll(aggregate, numbers.slice(100)))).toEqual(
    direct,
  )
})

test('a percentile is null of nothing and of what is no number, and infinite or NaN where that is the number', () => {
  const median = percentile(0.5)
  const of = (...values: unknown[]) => median.result(addAll(median, values))
  expect([of(), of('1'), of(Infinity), of(-Infinity), of(NaN), of(0), of(1, NaN, NaN)]).toEqual([
    null,
    null,
    Infinity,
    -Infinity,
    NaN,
    0,
    NaN,
  ])
})

test('top counts at most N/m too high, never too low, and misses nothing frequent', () => {
  const seeded = seededRandom(7)
  const random = () => seeded.next()
  // Zipf-like: the value i comes about in proportion to 1/i.
  const stream = Array.from({ length: 50_000 }, () => Math.floor(Math.exp(random() * Math.log(20_000))))
  const exact = new Map<unknown, number>()
  for (const value of stream) exact.set(value, (exact.get(value) ?? 0) + 1)
  const limit = 200
  const aggregate = top(20, 'append', limit)
  const halves = [stream.slice(0, 20_000), stream.slice(20_000)].map((half) => addAll(aggregate, half)) as never[]
  for (const state of [addAll(aggregate, stream), aggregate.merge!(halves[0]!, halves[1]!)]) {
    const found = aggregate.result(state)
    expect(Object.keys(state.counters)).toHaveLength(limit)
    for (const { value, count } of found) {
      expect(count).toBeGreaterThanOrEqual(exact.get(value)!)
      expect(count - exact.get(value)!).toBeLessThanOrEqual(stream.length / limit)
    }
    const named = new Set(Object.values(state.counters).map(({ value }) => value))
    for (const [value, count] of exact) if (count > stream.length / limit) expect(named).toContain(value)
  }
})

test('top is exact as long as there are not too many values', () => {
  const aggregate = top(2, 'append', 3)
  expect(aggregate.result(addAll(aggregate, ['a', 'b', 'c', 'b', 'c', 'c']))).toEqual([
    { value: 'c', count: 3 },
    { value: 'b', count: 2 },
  ])
})
