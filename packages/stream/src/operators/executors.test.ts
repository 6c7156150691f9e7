import { stepKinds } from '@heddle/pipeline'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeStep } from '../../fixtures/make-step.ts'
import { operator } from '../operator/operator.ts'
import { runOperator } from '../testing/run-operator.ts'
import { record, watermark } from '../testing/stream-events.ts'
import type { JobOperator } from './executor.ts'
import { jobExecutors } from './executors.ts'

const kinds = [...stepKinds.values()].filter(({ modes }) => modes.includes('job'))
/** These ask something outside of the job, and so are no operators. */
const asking = ['call', 'lookup', 'enrich']

test('each kind of step that can stand in a job has an executor, and each executor a kind', () => {
  const names = kinds.map(({ name }) => name).filter((name) => !asking.includes(name))
  expect(Object.keys(jobExecutors).toSorted()).toEqual(names.toSorted())
})

const times: JobOperator<{ readonly factor: number }> = {
  config: z.object({ factor: z.number().default(2) }),
  create: ({ factor }) =>
    operator({
      kind: 'times',
      onRecord: ({ value, time }, _cells, out) => out.emit((value as number) * factor, time),
    }),
}
const smooth: JobOperator = { create: () => operator({ kind: 'smooth', onRecord: () => undefined }) }
const operators: Readonly<Record<string, JobOperator>> = { times, smooth }

describe.each(kinds.filter(({ name }) => !asking.includes(name)))('the kind $name', ({ name, examples, beside }) => {
  test.each(examples.map((example) => ({ example })))('makes $example ready', ({ example }) => {
    // A field beside the settings stands in the example too, where a kind has one.
    const given = beside === undefined ? { [name]: example } : (example as Record<string, never>)
    expect(makeStep(name in given ? given : { [name]: example }, { operators }).kind).toBeTypeOf('string')
  })
})

const flight = (origin: string, delay: number, time: number) => record({ origin, delay }, time)

test('a filter reads the record, its time and the parameters', () => {
  const events = [flight('SFO', 20, 5), flight('LAX', 3, 6), flight('JFK', 16, 86_400_000)]
  const late = makeStep({ filter: 'it.delay > parameters.least' }, { parameters: { least: 15 } })
  expect(runOperator(late, events)).toEqual([flight('SFO', 20, 5), flight('JFK', 16, 86_400_000)])
  const second = makeStep({ filter: 'time.getDate() == 2' })
  expect(runOperator(second, events)).toEqual([flight('JFK', 16, 86_400_000)])
})

test('a filter ends what is unknown', () => {
  expect(runOperator(makeStep({ filter: 'it.delay > 15' }), [record({}, 1), record(null, 2)])).toEqual([])
})

test('a map makes a record of expressions, which may read the key', () => {
  const step = makeStep({
    map: { from: 'it.origin', at: 'key', late: 'it.delay > 15', parts: ['it.delay', 1, null, true] },
  })
  expect(runOperator(step, [{ ...flight('SFO', 20, 5), key: 'k' }])).toEqual([
    record({ from: 'SFO', at: 'k', late: true, parts: [20, 1, null, true] }, 5),
  ])
})

test('a map passes by what its condition is not true of', () => {
  const step = makeStep({ if: 'it.delay > 15', map: 'it.origin' })
  expect(runOperator(step, [flight('SFO', 20, 5), flight('LAX', 3, 6)])).toEqual([
    record('SFO', 5),
    flight('LAX', 3, 6),
  ])
})

test('a flatMap reads the item under its name', () => {
  const step = makeStep({ flatMap: { list: 'it.stops', as: 'stop', give: { of: 'it.id', code: 'stop.code' } } })
  expect(runOperator(step, [record({ id: 1, stops: [{ code: 'SFO' }, { code: 'LAX' }] }, 5)])).toEqual([
    record({ of: 1, code: 'SFO' }, 5),
    record({ of: 1, code: 'LAX' }, 5),
  ])
  expect(runOperator(makeStep({ flatMap: 'it' }), [record([1, 2], 5)])).toEqual([record(1, 5), record(2, 5)])
})

test('a key of several parts is a list in the order of their names', () => {
  const keysOf = (keyBy: string | Record<string, string>) =>
    runOperator(makeStep({ keyBy }), [flight('SFO', 20, 5)], { keys: true }).map(({ key }) => key)
  expect(keysOf('it.origin')).toEqual(['SFO'])
  expect(keysOf('it.nothing')).toEqual([null])
  expect(keysOf({ origin: 'it.origin', delay: 'it.delay' })).toEqual([[20, 'SFO']])
})

test('what cannot be a key is refused', () => {
  const step = makeStep({ keyBy: 'it' })
  expect(() => runOperator(step, [flight('SFO', 1, 1)])).toThrow(
    'A key is a text, a number, a truth or null, and no record',
  )
  expect(() => runOperator(step, [record(new Date(0), 1)])).toThrow('and no time')
})

test('a branch sends records to the sides', () => {
  const step = makeStep({ branch: { late: 'it.delay > 15', early: 'it.delay < 0' } })
  expect(runOperator(step, [flight('a', 20, 1), flight('b', -3, 2), flight('c', 3, 3)])).toEqual([
    { ...flight('a', 20, 1), side: 'late' },
    { ...flight('b', -3, 2), side: 'early' },
    flight('c', 3, 3),
  ])
})

test('a dedupe remembers by what it is told', () => {
  const step = makeStep({ dedupe: { by: 'it.origin', memory: '10ms' } })
  expect(runOperator(step, [flight('a', 1, 0), flight('a', 2, 9), flight('b', 3, 9), flight('a', 4, 10)])).toEqual([
    flight('a', 1, 0),
    flight('b', 3, 9),
    flight('a', 4, 10),
  ])
})

test('a sample of all passes all', () => {
  expect(runOperator(makeStep({ sample: 1 }), [flight('a', 1, 0)])).toHaveLength(1)
  expect(runOperator(makeStep({ sample: { rate: 1, by: 'it.origin' } }), [flight('a', 1, 0)])).toHaveLength(1)
})

test('a throttle tells aside what is over its limit', () => {
  const step = makeStep({ throttle: { limit: 1, per: '1s', by: 'it.origin' } })
  expect(runOperator(step, [flight('a', 1, 0), flight('b', 1, 1), flight('a', 2, 999)])).toEqual([
    flight('a', 1, 0),
    flight('b', 1, 1),
    { ...flight('a', 2, 999), side: 'over' },
  ])
})

test('a timer tells of silence', () => {
  const events = [flight('a', 7, 1000), watermark(700_000)]
  const asked = makeStep({
    timer: { by: 'it.origin', after: '10m', give: { who: 'key', last: 'it.delay', at: 'time' } },
  })
  expect(runOperator(asked, events)).toEqual([record({ who: 'a', last: 7, at: new Date(601_000) }, 601_000)])
  const plain = makeStep({ timer: { by: 'it.origin', after: '10m' } })
  expect(runOperator(plain, events)).toEqual([record({ origin: 'a', delay: 7 }, 601_000)])
})

const order = (id: number, time: number) => record({ id }, time)
const payment = (of: number, cents: number, time: number) => record({ of, cents }, time, { input: 1 })

test('joins put records together in a window, near in time, and as of a time', () => {
  const events = [order(1, 1000), payment(1, 50, 1500), order(2, 1800), watermark(10_000)]
  const both = { with: 'payments', by: 'it.id', withBy: 'it.of' }
  const give = { id: 'left.id', cents: 'right.cents' }
  const run = (others: object) => runOperator(makeStep({ join: { ...both, ...others } }), events)

  expect(run({ window: { tumbling: '1s' } })).toEqual([record({ left: { id: 1 }, right: { of: 1, cents: 50 } }, 1999)])
  expect(run({ within: { after: '1s' }, kind: 'left', give })).toEqual([
    record({ id: 1, cents: 50 }, 1500),
    record({ id: 2, cents: null }, 2800),
  ])
  expect(run({ temporal: true, kind: 'left', give: { ...give, at: 'time', who: 'key' } })).toEqual([
    record({ id: 1, cents: null, at: new Date(1000), who: 1 }, 1000),
    record({ id: 2, cents: null, at: new Date(1800), who: 2 }, 1800),
  ])
})

test('a pattern gives what it found by the names of its elements', () => {
  const step = makeStep({
    pattern: {
      by: 'it.origin',
      sequence: [{ name: 'late', if: 'it.delay > 60', times: 3 }],
      contiguity: 'strict',
      within: '6h',
      give: { origin: 'key', delays: 'late.map(x, x.delay)' },
    },
  })
  const delays = [61, 10, 70, 80, 90, 65]
  const events = [...delays.map((delay, time) => flight('SFO', delay, time)), flight('LAX', 99, 3), watermark(9)]
  expect(runOperator(step, events)).toEqual([record({ origin: 'SFO', delays: [70, 80, 90] }, 4)])
})

test('a pattern takes elements with bounds, those that may be missing, and gaps', () => {
  const step = makeStep({
    pattern: {
      sequence: [
        { name: 'some', if: 'it == "a"', times: '+' },
        { not: 'it == "x"' },
        { name: 'maybe', if: 'it == "b"', optional: true },
        { name: 'last', if: 'it == "c"', times: { min: 1, max: 2 } },
      ],
      within: '1s',
    },
  })
  const events = [...[...'axacabc'].map((letter, time) => record(letter, time)), watermark(5000)]
  expect(runOperator(step, events)).toEqual([
    record({ some: ['a', 'a'], maybe: null, last: ['c'] }, 3),
    record({ some: ['a'], maybe: 'b', last: ['c'] }, 6),
  ])
})

test('a machine gives what its changes say', () => {
  const step = makeStep({
    machine: {
      by: 'it.order',
      initial: 'open',
      states: {
        open: { on: [{ if: 'it.kind == "paid"', to: 'paid' }] },
        paid: {
          on: [{ if: 'it.kind == "sent" && state == "paid"', to: 'sent', give: { order: 'key', was: 'state' } }],
        },
        sent: {},
      },
    },
  })
  const events = [record({ order: 1, kind: 'sent' }, 5), record({ order: 1, kind: 'paid' }, 3), watermark(9)]
  expect(runOperator(step, events)).toEqual([record({ order: 1, was: 'paid' }, 5)])
})

test('an operator of a user is made with its settings, read by its own type', () => {
  const run = (given: string | object) =>
    runOperator(makeStep({ operator: given as string }, { operators }), [record(3, 1)])
  expect(run({ name: 'times', config: { factor: 5 } })).toEqual([record(15, 1)])
  expect(run({ name: 'times', config: {} })).toEqual([record(6, 1)])
})
