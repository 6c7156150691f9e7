import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Counted, standing, windowedEvents, withWatermarks } from '../../fixtures/windowed-events.ts'
import { count } from '../aggregates/count.ts'
import { aggregateExecutors } from '../aggregates/functions.ts'
import type { Flow } from '../operator/operator.ts'
import type { RecordEvent, StreamEvent } from '../testing/stream-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { windowOperator } from './window.ts'
import type { WindowOptions } from './window-options.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const numRuns = Number(process.env.HEDDLE_WINDOWS ?? 50)

const number = (value: unknown) => (value as Counted).number

/** Aggregates of the number, from which values are taken back where `reads` says so. */
const aggregatesOf = (reads: Flow) => [
  { name: 'count', aggregate: count },
  ...['sum', 'avg', 'min', 'max', 'first', 'last', 'distinct', 'collect'].map((name) => {
    const aggregate = aggregateExecutors[name]!({ args: 1, literals: name === 'collect' ? [3] : [], reads })
    return { name, aggregate, value: number }
  }),
]

type Taken = RecordEvent<Counted>

/** The aggregates by a plain loop. */
function byLoop(records: readonly Taken[]): readonly unknown[] {
  const known = records
    .toSorted((left, right) => left.time - right.time)
    .map(({ value }) => value.number)
    .filter((one) => one !== null)
  let total = 0
  for (const one of known) total += one
  const counted = [new Set(known).size, known.slice(0, 3)]
  if (known.length === 0) return [records.length, null, null, null, null, null, null, ...counted]
  const ends = [known[0], known.at(-1)]
  return [records.length, total, total / known.length, Math.min(...known), Math.max(...known), ...ends, ...counted]
}

/** Told from a window: key, bounds, aggregates. */
const told = (of: string, start: number, end: number, records: readonly Taken[], time: number) =>
  JSON.stringify(['told', [of, start, end, ...byLoop(records)], time])

const late = ({ value, time }: Taken) => JSON.stringify(['late', value, time])

type Options = Pick<WindowOptions, 'assign' | 'latenessMs' | 'trigger' | 'revisions'>

const make = (options: Options, takesBack: Flow) => () =>
  windowOperator({
    key: (value) => (value as Counted).of,
    aggregates: aggregatesOf(takesBack),
    give: (of, { start, end }, values) => [of, start, end, ...values],
    ...options,
  })

/** Compares what stands in the end with a reference, for random events, also restarted between any two of them. */
function equals(
  name: string,
  options: Options,
  reference: (events: readonly StreamEvent[]) => readonly string[],
  length = 30,
  takesBack: Flow = 'append',
): void {
  test(`${name} equals a plain loop over the sorted records (seed ${seed})`, () => {
    let [standingNow, tooLate] = [0, 0]
    fc.assert(
      fc.property(windowedEvents(length), (events) => {
        const expected = reference(events).toSorted()
        const run = runOperator(make(options, takesBack), events)
        expect(standing(run)).toEqual(expected)
        expect(runOperator(make(options, takesBack), events, { rebuild: 'everywhere' })).toEqual(run)
        for (const text of expected) {
          if (text.startsWith('["late"')) tooLate++
          else standingNow++
        }
      }),
      { seed, numRuns },
    )
    // Otherwise the property would compare nothing with nothing.
    expect(standingNow).toBeGreaterThan(numRuns / 4)
    expect(tooLate).toBeGreaterThan(0)
  })
}

/** Windows with bounds: each takes the records of its span that come before it is forgotten. */
function aligned(sizeMs: number, everyMs: number, offsetMs: number, latenessMs: number, waitMs = 0) {
  return (events: readonly StreamEvent[]): readonly string[] => {
    const windows = new Map<string, { of: string; start: number; records: Taken[] }>()
    const out: string[] = []
    for (const record of withWatermarks(events)) {
      const { of } = record.value
      let [isInOne, isTaken] = [false, false]
      for (let start = -1000 * everyMs + offsetMs; start <= record.time; start += everyMs) {
        if (record.time >= start + sizeMs) continue
        isInOne = true
        if (start + sizeMs - 1 + latenessMs <= record.reached) continue
        isTaken = true
        const name = `${of} ${start}`
        if (!windows.has(name)) windows.set(name, { of, start, records: [] })
        windows.get(name)!.records.push(record)
      }
      if (isInOne && !isTaken) out.push(late(record))
    }
    for (const { of, start, records } of windows.values()) {
      out.push(told(of, start, start + sizeMs, records, start + sizeMs - 1 + waitMs))
    }
    return out
  }
}

equals('a tumbling window', { assign: { tumbling: { sizeMs: 10 } } }, aligned(10, 10, 0, 0))
equals('one with an offset', { assign: { tumbling: { sizeMs: 10, offsetMs: 3 } } }, aligned(10, 10, 3, 0))
equals('a late one', { assign: { tumbling: { sizeMs: 10 } }, latenessMs: 15 }, aligned(10, 10, 0, 15))
equals('a hopping window', { assign: { hopping: { sizeMs: 10, everyMs: 4 } } }, aligned(10, 4, 0, 0))
equals('a late hopping one', { assign: { hopping: { sizeMs: 10, everyMs: 4 } }, latenessMs: 9 }, aligned(10, 4, 0, 9))
equals('one with gaps', { assign: { hopping: { sizeMs: 4, everyMs: 10 } } }, aligned(4, 10, 0, 0))
equals(
  'one that tells early, by count',
  { assign: { tumbling: { sizeMs: 10 } }, trigger: { count: 2 }, latenessMs: 9 },
  aligned(10, 10, 0, 9),
)
equals(
  'one that tells early, by time',
  { assign: { hopping: { sizeMs: 20, everyMs: 7 } }, trigger: { everyMs: 3 } },
  aligned(20, 7, 0, 0),
)

equals(
  'one that waits for the lateness',
  { assign: { hopping: { sizeMs: 10, everyMs: 4 } }, latenessMs: 9, revisions: false },
  aligned(10, 4, 0, 9, 9),
)

/**
 * Sessions: all records that came so far are joined anew for each of them. What is over for good by then is set aside, and
 * joins nothing any more.
 */
function sessions(gapMs: number, latenessMs: number, waitMs = 0) {
  return (events: readonly StreamEvent[]): readonly string[] => {
    const out: string[] = []
    for (const of of ['a', 'b']) {
      let open: Taken[] = []
      const over = (records: readonly Taken[], reached: number): Taken[] => {
        const left: Taken[] = []
        for (const group of groups(records, gapMs)) {
          const [start, end] = [group[0]!.time, group.at(-1)!.time + gapMs]
          if (end - 1 + latenessMs <= reached) out.push(told(of, start, end, group, end - 1 + waitMs))
          else left.push(...group)
        }
        return left
      }
      for (const record of withWatermarks(events).filter(({ value }) => value.of === of)) {
        open = over(open, record.reached)
        const isAlone = open.every(({ time }) => Math.abs(time - record.time) >= gapMs)
        if (isAlone && record.time + gapMs - 1 + latenessMs <= record.reached) out.push(late(record))
        else open.push(record)
      }
      over(open, Infinity)
    }
    return out
  }
}

function groups(records: readonly Taken[], gapMs: number): readonly Taken[][] {
  const all: Taken[][] = []
  for (const record of records.toSorted((left, right) => left.time - right.time)) {
    const group = all.at(-1)
    if (group !== undefined && record.time - group.at(-1)!.time < gapMs) group.push(record)
    else all.push([record])
  }
  return all
}

equals('a session', { assign: { session: { gapMs: 5 } } }, sessions(5, 0))
equals('a late session', { assign: { session: { gapMs: 5 } }, latenessMs: 20 }, sessions(5, 20))
equals(
  'a session that tells early',
  { assign: { session: { gapMs: 6 } }, latenessMs: 9, trigger: { count: 2, everyMs: 3 } },
  sessions(6, 9),
)

equals(
  'a session that waits for the lateness',
  { assign: { session: { gapMs: 5 } }, latenessMs: 20, revisions: false },
  sessions(5, 20, 20),
)

/** The records of each key in their order, without those that came too late. */
function inOrder(events: readonly StreamEvent[], out: string[]): readonly (readonly Taken[])[] {
  const all = withWatermarks(events)
  for (const record of all) if (record.time <= record.reached) out.push(late(record))
  const inTime = all.filter(({ time, reached }) => time > reached).toSorted((left, right) => left.time - right.time)
  return ['a', 'b'].map((of) => inTime.filter(({ value }) => value.of === of))
}

function sliding(events: readonly StreamEvent[]): readonly string[] {
  const out: string[] = []
  for (const records of inOrder(events, out)) {
    for (const { value, time } of records) {
      const span = records.filter((other) => other.time > time - 10 && other.time <= time)
      out.push(told(value.of, time - 10, time, span, time))
    }
  }
  return out
}

equals('a sliding window', { assign: { sliding: { sizeMs: 10 } } }, sliding)
equals('one that takes values back', { assign: { sliding: { sizeMs: 10 } } }, sliding, 30, 'changes')

const counts = (size: number, every: number) => (events: readonly StreamEvent[]) => {
  const out: string[] = []
  for (const records of inOrder(events, out)) {
    for (let end = size; end <= records.length; end += every) {
      const span = records.slice(end - size, end)
      const { value, time } = span.at(-1)!
      out.push(JSON.stringify(['told', [value.of, null, null, ...byLoop(span)], time]))
    }
  }
  return out
}

equals('a window of a count', { assign: { count: { size: 3 } } }, counts(3, 3), 60)
equals('one that goes on by less', { assign: { count: { size: 4, every: 1 } } }, counts(4, 1), 60)
equals('one of these that takes values back', { assign: { count: { size: 4, every: 1 } } }, counts(4, 1), 60, 'changes')
equals('a window of a count that goes on by more', { assign: { count: { size: 2, every: 3 } } }, counts(2, 3), 60)
