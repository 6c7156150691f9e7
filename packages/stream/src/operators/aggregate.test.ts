import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { takenUp } from '../../fixtures/kept-state.ts'
import { standing, windowedEvents, withWatermarks, type Counted } from '../../fixtures/windowed-events.ts'
import { count } from '../aggregates/count.ts'
import { sum } from '../aggregates/sum.ts'
import { value as cell } from '../state/cells.ts'
import { isWatermark, record, type RecordEvent, watermark, type StreamEvent } from '../testing/stream-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { testOperator } from '../testing/test-operator.ts'
import { aggregateOperator } from './aggregate.ts'
import { windowOperator } from './window.ts'
import type { Trigger } from './window-options.ts'

const aggregates = [
  { name: 'count', aggregate: count },
  { name: 'sum', aggregate: sum, value: (value: unknown) => (value as Counted).number },
]
const key = (value: unknown) => (value as Counted).of
const give = (of: unknown, values: readonly unknown[]) => [of, ...values]
const of = (name: string, number: number | null, time: number, weight: 1 | -1 = 1) =>
  record({ of: name, number }, time, weight === -1 ? { weight } : {})

const at = { time: 0, id: 'list/0/0' }
const running = () => aggregateOperator({ key, aggregates, give, reads: 'changes' })

testOperator(
  running,
  [
    {
      name: 'tells what it is now after withdrawing what it was, for each record of a key',
      events: [of('a', 1, 5), of('b', 1, 5), of('a', 2, 3)],
      expected: [
        record(['a', 1, 1], 5),
        record(['b', 1, 1], 5),
        record(['a', 1, 1], 5, { weight: -1 }),
        record(['a', 2, 3], 5),
      ],
    },
    {
      name: 'withdraws nothing before it was told, however late records are',
      events: [of('a', 1, 5), of('a', 2, 9), of('a', 4, 3)],
      expected: [
        record(['a', 1, 1], 5),
        record(['a', 1, 1], 9, { weight: -1 }),
        record(['a', 2, 3], 9),
        record(['a', 2, 3], 9, { weight: -1 }),
        record(['a', 3, 7], 9),
      ],
    },
    {
      name: 'forgets a key whose records are all withdrawn',
      events: [of('a', 1, 5), of('a', 1, 5, -1), of('a', 2, 6)],
      expected: [record(['a', 1, 1], 5), record(['a', 1, 1], 5, { weight: -1 }), record(['a', 1, 2], 6)],
    },
  ],
  { forgets: false },
)

test('tells nothing where nothing changed', () => {
  const sums = () => aggregateOperator({ key, aggregates: aggregates.slice(1), give })
  expect(runOperator(sums, [of('a', 1, 1), of('a', 0, 2), of('a', null, 3)])).toEqual([record(['a', 1], 1)])
})

test('what changed nothing is no time at which something was told', () => {
  const sums = () => aggregateOperator({ key, aggregates: aggregates.slice(1), give })
  expect(runOperator(sums, [of('a', 1, 1), of('a', 0, 9), of('a', 2, 5)]).slice(1)).toEqual([
    record(['a', 1], 5, { weight: -1 }),
    record(['a', 3], 5),
  ])
})

test('goes on from state that was kept before the time of what was told was', () => {
  const folded = { state: z.int(), others: z.tuple([sum.state]), rows: z.int(), told: z.array(z.json()) }
  const { drive, verdict } = takenUp(running, {
    cells: { all: cell(z.object({ ...folded, revision: z.int(), fresh: z.int() })) },
    key: 'a',
    values: {
      all: { state: 1, others: [sum.add(sum.initial(), 1, at)], rows: 1, told: [1, 1], revision: 1, fresh: 0 },
    },
  })
  expect(verdict).toMatchObject({ verdict: 'keep' })
  drive.record(of('a', 2, 3), 'list/0/1')
  drive.record(of('a', 4, 2), 'list/0/2')
  expect(drive.told.map(({ value, time, weight }) => [value, time, weight])).toEqual([
    [['a', 1, 1], 3, -1],
    [['a', 2, 3], 3, 1],
    [['a', 2, 3], 3, -1],
    [['a', 3, 7], 3, 1],
  ])
})

test('tells the aggregates by their names unless it is asked for something else', () => {
  expect(runOperator(aggregateOperator({ aggregates }), [of('a', 1, 1)])).toEqual([record({ count: 1, sum: 1 }, 1)])
})

const whole =
  (trigger?: Trigger, revisions = true) =>
  () =>
    windowOperator({
      assign: { global: true },
      revisions,
      key,
      aggregates,
      trigger,
      give: (name, _span, values) => [name, ...values],
    })

testOperator(whole(), [
  {
    name: 'tells all records once a bounded source has ended',
    events: [of('a', 1, 5), watermark(100), of('a', 2, 3), watermark(Infinity)],
    expected: [record(['a', 2, 3], 8.64e15)],
  },
])

testOperator(whole({ count: 2 }), [
  {
    name: 'tells what it has after so many records',
    events: [of('a', 1, 1), of('a', 2, 2), of('a', 4, 3), of('a', 8, 4)],
    expected: [record(['a', 2, 3], 2), record(['a', 2, 3], 4, { weight: -1 }), record(['a', 4, 15], 4)],
  },
])

testOperator(whole({ count: 2 }, false), [
  {
    name: 'withdraws nothing where revisions are not asked for',
    events: [of('a', 1, 1), of('a', 2, 2), of('a', 4, 3), of('a', 8, 4), of('a', 16, 5), watermark(Infinity)],
    expected: [record(['a', 2, 3], 2), record(['a', 4, 15], 4), record(['a', 5, 31], 8.64e15)],
  },
])

test('tells at multiples of event time what came', () => {
  const events = [of('a', 1, 1), watermark(8), watermark(9), watermark(30), of('a', 2, 31), watermark(40)]
  const expected = [record(['a', 1, 1], 9), record(['a', 1, 1], 39, { weight: -1 }), record(['a', 2, 3], 39)]
  expect(runOperator(whole({ everyMs: 10 }), events)).toEqual(expected)
  expect(runOperator(whole({ everyMs: 10 }), events, { rebuild: 'everywhere' })).toEqual(expected)
})

test('a running aggregate and a global window have told in the end what a plain loop has', () => {
  fc.assert(
    fc.property(windowedEvents(), fc.infiniteStream(fc.boolean()), (events, draws) => {
      // Some records are withdrawn again right after they came.
      const changes = events.flatMap((event): StreamEvent[] =>
        isWatermark(event) || draws.next().value ? [event] : [event, { ...event, weight: -1 }, event],
      )
      const expected = ['a', 'b'].flatMap((name) => {
        const records = withWatermarks(events).filter(({ value }) => value.of === name)
        const numbers = records.flatMap(({ value }) => value.number ?? [])
        const total = numbers.length === 0 ? null : numbers.reduce((one, other) => one + other, 0)
        return records.length === 0 ? [] : [[name, records.length, total]]
      })
      const values = (told: ReturnType<typeof runOperator>) =>
        standing(told.map((one) => ({ ...one, time: 0 }))).map((text) => (JSON.parse(text) as unknown[])[1])
      const told = runOperator(running, changes, { rebuild: 'everywhere' })
      expect(values(told)).toEqual(expected)
      expect(told.filter((one, index) => endsBefore(told.slice(0, index), one))).toEqual([])
      expect(values(runOperator(whole({ count: 3, everyMs: 4 }), [...events, watermark(Infinity)]))).toEqual(expected)
    }),
    { numRuns: 100 },
  )
})

/** Whether what is withdrawn was told for a later time. */
const endsBefore = (earlier: ReturnType<typeof runOperator>, { value, time, weight }: RecordEvent): boolean =>
  weight === -1 && earlier.findLast((one) => isDeepStrictEqual(one.value, value))!.time > time
