import type { Json } from '@heddle/core'
import { expect, test } from 'vitest'
import type { Aggregate, Moment } from './aggregate.ts'
import { max, maxOfChanges, min, minOfChanges } from './extremes.ts'
import type { Multiset } from './multiset.ts'

const at: Moment = { time: 0, id: '' }

function resultOf<State extends Json | Multiset>(
  aggregate: Aggregate<unknown, State, unknown>,
  all: readonly unknown[],
) {
  let state = aggregate.initial()
  for (const value of all) state = aggregate.add(state, value, at)
  return aggregate.result(state)
}

test.each([
  ['behind a number', [3, NaN]],
  ['before a number', [NaN, 3]],
  ['behind what is infinite', [Infinity, NaN]],
  ['before what is infinite', [NaN, Infinity]],
  ['between numbers', [1, NaN, 2]],
  ['before a big integer', [NaN, 2n ** 60n]],
])('NaN is greater than every number: %s', (_where, all) => {
  expect(resultOf(max, all)).toBeNaN()
  expect(resultOf(maxOfChanges, all)).toBeNaN()
  const least = all.filter((one) => !Number.isNaN(one)).toSorted()[0]
  expect(resultOf(min, all)).toBe(least)
  expect(resultOf(minOfChanges, all)).toBe(least)
})

test('NaN stays the greatest where two are merged', () => {
  const [one, other] = [max.add(max.initial(), NaN, at), max.add(max.initial(), 3, at)]
  expect(max.result(max.merge!(one, other))).toBeNaN()
  expect(max.result(max.merge!(other, one))).toBeNaN()
})
