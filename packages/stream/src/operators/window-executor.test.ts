import { expect, test } from 'vitest'
import { z } from 'zod'
import { makeStep } from '../../fixtures/make-step.ts'
import { defineAggregate } from '../aggregates/aggregate.ts'
import { observeOperator, runOperator } from '../testing/run-operator.ts'
import { record, watermark } from '../testing/stream-events.ts'

const flight = (origin: string, delay: number | null, time: number) => record({ origin, delay }, time)
const hour = 3_600_000
const end = watermark(100 * hour)

test('a window names its group, its bounds, and what is made of aggregates', () => {
  const step = makeStep(
    {
      window: { tumbling: '1h', by: 'it.origin' },
      aggregate: {
        flights: 'count()',
        late: 'count(it.delay > 15)',
        mean: 'sum(it.delay) / count() * parameters.unit',
      },
    },
    { parameters: { unit: 60 } },
  )
  expect(runOperator(step, [flight('SFO', 20, 5), flight('SFO', 10, 6), end])).toEqual([
    record({ origin: 'SFO', start: new Date(0), end: new Date(hour), flights: 2, late: 1, mean: 900 }, hour - 1),
  ])
})

test('a group of several names, or of a key that a step before has made, is told by its names', () => {
  const aggregate = { most: 'max(it.delay)', key: 'key' }
  const own = makeStep({
    window: { session: '10m', by: { to: 'it.delay', from: 'it.origin' } },
    aggregate: { n: 'count()' },
  })
  expect(runOperator(own, [flight('SFO', 20, 5), end]).map(({ value }) => value)).toEqual([
    { from: 'SFO', to: 20, start: new Date(5), end: new Date(600_005), n: 1 },
  ])
  const given = makeStep(
    { window: { global: true, trigger: { count: 1 } }, aggregate },
    { keyBefore: { names: ['origin'], isList: false } },
  )
  expect(runOperator(given, [{ ...flight('SFO', 20, 5), key: 'SFO' }]).map(({ value }) => value)).toEqual([
    { origin: 'SFO', most: 20, key: 'SFO' },
  ])
})

test('lateness withdraws what was told, and without revisions it is waited for', () => {
  const events = [flight('SFO', 20, 5), watermark(hour), flight('SFO', 10, 6), watermark(3 * hour), flight('SFO', 1, 7)]
  const told = (others: object) =>
    observeOperator(
      makeStep({ window: { tumbling: '1h', lateness: '2h', ...others }, aggregate: { flights: 'count()' } }),
      events,
    ).records.map(({ value, time, weight, side }) => [side ?? (value as { flights: number }).flights, time, weight])
  expect(told({})).toEqual([
    [1, hour - 1, undefined],
    [1, hour - 1, -1],
    [2, hour - 1, undefined],
    ['late', 7, undefined],
  ])
  expect(told({ revisions: false })).toEqual([
    [2, 3 * hour - 1, undefined],
    ['late', 7, undefined],
  ])
})

test('windows that slide take values back from every aggregate that can', () => {
  const aggregate = {
    least: 'min(it.delay)',
    last: 'last(it.delay)',
    top: 'top(it.origin, 1)',
    all: 'collect(it.delay)',
  }
  const events = [flight('a', 3, 1000), flight('b', 5, 1500), flight('b', 4, 2000), end]
  const sliding = makeStep({ window: { sliding: '1s' }, aggregate })
  const values = runOperator(sliding, events).map(({ value }) => value)
  expect(values).toMatchObject([
    { start: new Date(0), end: new Date(1000), least: 3, last: 3, top: [{ value: 'a', count: 1 }], all: [3] },
    { least: 3, last: 5, all: [3, 5] },
    { start: new Date(1000), end: new Date(2000), least: 4, last: 4, top: [{ value: 'b', count: 2 }], all: [5, 4] },
  ])
  const counted = makeStep({ window: { count: 2, every: 1 }, aggregate })
  expect(runOperator(counted, events).map(({ value }) => value)).toEqual([
    { least: 3, last: 5, top: [{ value: 'a', count: 1 }], all: [3, 5] },
    { least: 4, last: 4, top: [{ value: 'b', count: 2 }], all: [5, 4] },
  ])
})

test('each aggregate of the language has an executor', () => {
  const aggregate = {
    count: 'count()',
    sum: 'sum(it.delay)',
    avg: 'avg(it.delay)',
    min: 'min(it.delay)',
    max: 'max(it.delay)',
    first: 'first(it.delay)',
    last: 'last(it.delay)',
    distinct: 'distinct(it.origin)',
    approx: 'approxDistinct(it.origin)',
    median: 'round(percentile(it.delay, 0.5))',
    top: 'top(it.origin, 1)',
    topBy: 'topBy(it.delay, 2, it.delay)',
    collect: 'collect(it.delay, 2)',
  }
  const events = [flight('a', 3, 1000), flight('a', 1, 1), flight('b', 2, 10), flight('b', null, 11), flight('b', 9, 5)]
  const [told] = runOperator(makeStep({ window: { hopping: { size: '1h', every: '1h' } }, aggregate }), [
    ...events,
    end,
  ])
  expect(told!.value).toMatchObject({
    count: 5,
    sum: 15,
    avg: 3.75,
    min: 1,
    max: 9,
    first: 1,
    last: 3,
    distinct: 2,
    approx: 2,
    median: 2,
    top: [{ value: 'b', count: 3 }],
    topBy: [9, 3],
    collect: [1, 9],
  })
})

test('a running aggregate keeps what its key is now', () => {
  const step = makeStep(
    { aggregate: { flights: 'count()', mean: 'avg(it.delay)' } },
    { reads: 'changes', keyBefore: { names: ['origin'], isList: false } },
  )
  const events = [
    { ...flight('a', 3, 1), key: 'a' },
    { ...flight('a', 5, 2), key: 'a' },
    { ...flight('a', 3, 1), key: 'a', weight: -1 } as const,
  ]
  expect(runOperator(step, events).map(({ value, weight }) => [value, weight ?? 1])).toEqual([
    [{ origin: 'a', flights: 1, mean: 3 }, 1],
    [{ origin: 'a', flights: 1, mean: 3 }, -1],
    [{ origin: 'a', flights: 2, mean: 4 }, 1],
    [{ origin: 'a', flights: 2, mean: 4 }, -1],
    [{ origin: 'a', flights: 1, mean: 5 }, 1],
  ])
})

test('an aggregate that was given in code is used by its name', () => {
  const weighted = defineAggregate({
    name: 'weighted',
    state: z.number(),
    initial: () => 0,
    add: (state: number, [value, weight]: readonly [number, number]) => state + value * weight,
    result: (state) => state,
  })
  const aggregates = [
    {
      name: 'weighted',
      summary: 'The sum of values by their weights.',
      parameters: [
        { name: 'value', takes: 'number' },
        { name: 'weight', takes: 'number' },
      ],
      gives: () => ({ kind: 'number' as const }),
      example: 'weighted(it.delay, 2)',
      aggregate: weighted,
    } as const,
  ]
  const step = makeStep({ window: { tumbling: '1h' }, aggregate: { sum: 'weighted(it.delay, 2)' } }, { aggregates })
  expect(runOperator(step, [flight('a', 3, 1), flight('a', 4, 2), end])[0]!.value).toMatchObject({ sum: 14 })
})

test('what shapes the state of a window is how records are grouped and what is kept of them', () => {
  const shapeOf = (window: object, aggregate: object) =>
    makeStep({ window: { tumbling: '1h', by: 'it.origin', ...window }, aggregate } as never).shape
  const shape = shapeOf({}, { mean: 'sum(it.delay) / count()', flights: 'count()' })
  expect(shape).toEqual({
    size: hour,
    every: hour,
    offset: 0,
    by: 'it.origin',
    aggregates: ['count()', 'sum(it.delay)'],
  })
  expect(shapeOf({ lateness: '1h' }, { n: 'count()', average: 'sum(it.delay) / count()' })).toEqual(shape)
  expect(shapeOf({}, { mean: 'sum(it.late) / count()', flights: 'count()' })).not.toEqual(shape)
  expect(shapeOf({ by: 'it.to' }, { mean: 'sum(it.delay) / count()', flights: 'count()' })).not.toEqual(shape)
})
