import { expect, test } from 'vitest'
import { runOperator } from '../testing/run-operator.ts'
import { record } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { sampleOperator } from './sample.ts'

const many = Array.from({ length: 10_000 }, (_, index) => record(index, index))
const by = (value: unknown) => value as number

testOperator(
  () => sampleOperator({ rate: 0.5, by }),
  [{ name: 'by a value', events: many.slice(0, 20).flatMap((one) => [one, { ...one, weight: -1 as const }]) }],
)

testOperator(() => sampleOperator({ rate: 0.5 }), [{ name: 'by the names of records', events: many.slice(0, 20) }])

test.each([0.01, 0.1, 0.5, 0.9])('passes nearly the rate %f of many records', (rate) => {
  // Five standard deviations of as many coins.
  const bound = 5 * Math.sqrt(many.length * rate * (1 - rate))
  for (const operator of [sampleOperator({ rate }), sampleOperator({ rate, by })]) {
    const { length } = runOperator(operator, many)
    expect(Math.abs(length - many.length * rate)).toBeLessThan(bound)
  }
})

test('passes all of what is the same, or nothing of it', () => {
  const events = many.map(({ value, time }) => record(value % 100, time))
  const passed = runOperator(sampleOperator({ rate: 0.3, by }), events)
  const counts = new Map<unknown, number>()
  for (const { value } of passed) counts.set(value, (counts.get(value) ?? 0) + 1)
  expect(new Set(counts.values())).toEqual(new Set([100]))
})

test('passes everything at the rate 1 and nothing at 0', () => {
  expect(runOperator(sampleOperator({ rate: 1 }), many)).toHaveLength(many.length)
  expect(runOperator(sampleOperator({ rate: 0 }), many)).toHaveLength(0)
})
