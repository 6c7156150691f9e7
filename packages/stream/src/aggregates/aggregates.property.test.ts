import { Decimal } from '@heddle/types/decimal'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Flow } from '../operator/operator.ts'
import type { AnyAggregate, Moment } from './aggregate.ts'
import { compareIds } from './compare-ids.ts'
import { compareValues } from './compare-values.ts'
import { aggregateExecutors } from './functions.ts'
import { valueText } from './value-text.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

/** A value with the moment of its record. */
type Timed = readonly [value: unknown, at: Moment]

const values = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.constantFrom<unknown>(0.5, -0.25, 'a', 'b', 'B', '', '__proto__', '1', true, false, 3n, 2n ** 60n),
  fc.constantFrom(Decimal.of(2), Decimal.of(0.1), new Date(5), new Date(0), NaN, Infinity, -0),
  fc.constantFrom<unknown>(['a', 1], { b: 1, a: [new Date(5)] }, { a: [new Date(5)], b: 1 }, { $is: 'time', ms: 5 }),
)
const numbers = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }))

const timed = (value: fc.Arbitrary<unknown>): fc.Arbitrary<readonly Timed[]> =>
  fc
    .array(fc.tuple(value, fc.nat(6)), { maxLength: 25 })
    .map((drawn) => drawn.map(([one, time], index) => [one, { time, id: `s/0/${index}` }] as const))

/** The records in the order of their times and ids. */
const inOrder = (all: readonly Timed[]): readonly Timed[] =>
  all.toSorted(([, one], [, other]) => one.time - other.time || compareIds(one.id, other.id))
const least = (all: readonly unknown[]): unknown => all.toSorted(compareValues)[0] ?? null
const differing = (all: readonly unknown[]): readonly unknown[] =>
  all.filter((value, index) => all.findIndex((other) => compareValues(value, other) === 0) === index)
const frequencies = (all: readonly unknown[]) =>
  differing(all)
    .map((value) => ({ value, count: all.filter((other) => compareValues(value, other) === 0).length }))
    .toSorted((one, other) => other.count - one.count || compareValues(one.value, other.value))

interface Case {
  readonly values: fc.Arbitrary<unknown>
  readonly args?: number
  readonly literals?: readonly number[]
  /** The aggregate by a plain loop over what is sorted by time. */
  readonly reference: (values: readonly unknown[]) => unknown
}

const pairs = fc.tuple(fc.oneof(values, fc.constant(null)), fc.oneof(numbers, fc.constant(null)))
type Pair = readonly [value: unknown, order: number | null]

const cases: Readonly<Record<string, Case>> = {
  count: { values, args: 0, reference: (all) => all.length },
  'count of a condition': {
    values: fc.oneof(fc.boolean(), values),
    reference: (all) => all.filter((one) => one === true).length,
  },
  min: { values, reference: least },
  max: { values, reference: (all) => all.toSorted(compareValues).at(-1) ?? null },
  first: { values, reference: (all) => all[0] ?? null },
  last: { values, reference: (all) => all.at(-1) ?? null },
  distinct: { values, reference: (all) => differing(all).length },
  collect: { values, literals: [4], reference: (all) => all.slice(0, 4) },
  top: { values, literals: [3], reference: (all) => frequencies(all).slice(0, 3) },
  topBy: {
    values: pairs,
    args: 2,
    literals: [3],
    reference: (all) =>
      (all as readonly Pair[])
        .filter(([value, order]) => value !== null && order !== null)
        .toSorted(([, one], [, other]) => other! - one!)
        .slice(0, 3)
        .map(([value]) => value),
  },
  approxDistinct: { values, reference: (all) => differing(all).length },
}

/** Those that give a list of values. */
const givesMany: ReadonlySet<string> = new Set(['collect', 'top', 'topBy'])

/** What an aggregate has, after it stood in a file. */
function restored({ state }: AnyAggregate, kept: unknown): unknown {
  return state.parse(JSON.parse(JSON.stringify(kept)))
}

function added(aggregate: AnyAggregate, all: readonly Timed[]): unknown {
  let state = aggregate.initial()
  for (const [value, at] of all) state = restored(aggregate, aggregate.add(state, value, at))
  return state
}

describe.each(Object.entries(cases))('%s', (name, { values: given, args = 1, literals = [], reference }) => {
  // The list of an aggregate that gives one value is this value: its length says nothing.
  const numberOf = (result: unknown): number =>
    givesMany.has(name) ? (result as readonly unknown[]).length : Number(result !== null)
  const make = (reads: Flow) => aggregateExecutors[name.split(' ')[0]!]!({ args, literals, reads })
  const expected = (all: readonly Timed[]) => reference(inOrder(all).map(([value]) => value))
  const shuffled = timed(given).chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }), fc.nat(all.length)),
  )

  test('equals a plain loop, in whatever order values come', () => {
    const both = fc.constantFrom<Flow>('append', 'changes')
    fc.assert(
      fc.property(shuffled, both, ([all, order], reads) => {
        const aggregate = make(reads)
        expect(valueText(aggregate.result(added(aggregate, order)))).toBe(valueText(expected(all)))
      }),
      { seed },
    )
  })

  test('equals a plain loop when two are merged', () => {
    fc.assert(
      fc.property(shuffled, ([all, order, at]) => {
        const aggregate = make('append')
        const [one, other] = [added(aggregate, order.slice(0, at)), added(aggregate, order.slice(at))]
        const merged = restored(aggregate, aggregate.merge!(one, other))
        expect(valueText(aggregate.result(merged))).toBe(valueText(expected(all)))
      }),
      { seed },
    )
  })

  if (make('changes').retract === undefined) return
  test('equals a plain loop over what is left when values are taken back', () => {
    fc.assert(
      fc.property(shuffled, fc.boolean(), ([all, order, at], sameId) => {
        const aggregate = make('changes')
        let state = added(aggregate, order)
        for (const [value, { time, id }] of order.slice(0, at)) {
          state = restored(aggregate, aggregate.retract!(state, value, { time, id: sameId ? id : 'other' }))
        }
        const result = aggregate.result(state)
        const left = all.filter((one) => order.indexOf(one) >= at)
        // With other ids, of those of the same value and time any may be taken: then only their number is sure.
        if (sameId) expect(valueText(result)).toBe(valueText(expected(left)))
        else expect(numberOf(result)).toBe(numberOf(expected(left)))
        for (const [value, at] of left) state = aggregate.retract!(state, value, at)
        expect(aggregate.result(state)).toEqual(aggregate.result(aggregate.initial()))
      }),
      { seed },
    )
  })
})

test('an aggregate of a plan that takes nothing back is approxDistinct alone', () => {
  const stuck = Object.entries(aggregateExecutors).filter(
    ([, make]) => make({ args: 1, literals: [1], reads: 'changes' }).retract === undefined,
  )
  expect(stuck.map(([name]) => name)).toEqual(['approxDistinct'])
  const unmerged = Object.values(aggregateExecutors).filter(
    (make) => make({ args: 1, literals: [1], reads: 'append' }).merge === undefined,
  )
  expect(unmerged).toEqual([])
})
