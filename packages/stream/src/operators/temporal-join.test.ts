import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { takenUp } from '../../fixtures/kept-state.ts'
import { asTexts, randomEvents } from '../../fixtures/random-events.ts'
import { sum } from '../aggregates/sum.ts'
import { map, value } from '../state/cells.ts'
import { runOperator } from '../testing/run-operator.ts'
import { isWatermark, type RecordEvent, record, type StreamEvent, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { aggregateOperator } from './aggregate.ts'
import { temporalJoinOperator } from './temporal-join.ts'

interface Item {
  readonly key: string
  readonly n: number
}

const join = (kind: 'inner' | 'left') => () =>
  temporalJoinOperator({
    by: (value) => (value as Item).key,
    kind,
    give: (left, right) => [(left as Item).n, (right as Item | null)?.n ?? null],
  })

const one = (key: string, n: number, time: number) => record({ key, n }, time)
const row = (key: string, n: number, time: number, weight: 1 | -1 = 1) => record({ key, n }, time, { input: 1, weight })

const events = [
  row('a', 1, 0),
  one('a', 2, 5),
  row('a', 3, 4),
  one('a', 4, 3),
  one('b', 5, 5),
  one('a', 6, 4),
  watermark(8),
  one('a', 7, 9),
  watermark(9),
]
// A table keeps what is valid, and a left record cannot be withdrawn.
const traits = { forgets: false, withdraws: false }

testOperator(
  join('inner'),
  [
    {
      name: 'joins with what was valid at the time',
      events,
      expected: [record([4, 1], 3), record([6, 3], 4), record([2, 3], 5), record([7, 3], 9)],
    },
    {
      name: 'takes a row that comes late for what is still to come, and tells a late record aside',
      events: [watermark(20), row('a', 1, 5), one('a', 2, 20), one('a', 3, 21), watermark(30)],
      expected: [record({ key: 'a', n: 2 }, 20, { side: 'late' }), record([3, 1], 21)],
      late: 1,
    },
    {
      name: 'ends a row that is withdrawn, and takes the one in its place',
      events: [
        row('a', 1, 0),
        row('a', 1, 5, -1),
        row('a', 1, 8, -1),
        row('a', 2, 8),
        one('a', 10, 4),
        one('a', 11, 5),
        one('a', 12, 8),
        watermark(30),
      ],
      expected: [record([10, 1], 4), record([12, 2], 8)],
    },
    {
      name: 'forgets a row that is withdrawn at its own time',
      events: [row('a', 1, 0), row('a', 2, 5), row('a', 2, 5, -1), one('a', 10, 6), watermark(30)],
      expected: [record([10, 1], 6)],
    },
    {
      name: 'takes a row whose result was withdrawn at a later time for gone, and the one in its place for there',
      events: [
        row('a', 1, 1),
        row('a', 1, 5, -1),
        row('a', 2, 5),
        row('a', 2, 5, -1),
        row('a', 3, 5),
        ...[1, 4, 5, 8].map((time) => one('a', 10 + time, time)),
        watermark(30),
      ],
      expected: [record([11, 1], 1), record([14, 1], 4), record([15, 3], 5), record([18, 3], 8)],
    },
    {
      name: 'takes a row that is withdrawn before its time for one that never was there',
      events: [row('a', 1, 1), row('a', 2, 5), row('a', 2, 3, -1), row('a', 3, 3), one('a', 10, 8), watermark(30)],
      expected: [record([10, 3], 8)],
    },
    {
      name: 'keeps the row that counts when one is withdrawn in whose place it came',
      events: [
        row('a', 1, 1),
        row('a', 2, 3),
        row('a', 1, 5, -1),
        ...[1, 3, 5, 8].map((time) => one('a', 10 + time, time)),
        watermark(30),
      ],
      expected: [record([11, 1], 1), record([13, 2], 3), record([15, 2], 5), record([18, 2], 8)],
    },
    {
      name: 'keeps the row that counts also when the watermark has passed the one that is withdrawn',
      events: [row('a', 1, 1), row('a', 2, 3), watermark(4), row('a', 1, 5, -1), one('a', 10, 8), watermark(30)],
      expected: [record([10, 2], 8)],
    },
    {
      name: 'ends no row again that was taken out in the midst of others',
      events: [
        row('a', 1, 1),
        row('a', 2, 3),
        row('a', 1, 5, -1),
        row('a', 2, 3, -1),
        one('a', 10, 4),
        one('a', 11, 6),
        watermark(30),
      ],
      expected: [record([10, 1], 4)],
    },
    {
      name: 'keeps one of two rows of a time when the other one is withdrawn',
      events: [row('a', 1, 1), row('a', 2, 1), row('a', 2, 5, -1), one('a', 10, 4), one('a', 11, 6), watermark(30)],
      expected: [record([10, 2], 4), record([11, 1], 6)],
    },
    {
      name: 'withdraws a row that is written in another way',
      events: [row('a', -0, 1), row('a', 0, 5, -1), one('a', 10, 4), one('a', 11, 6), watermark(30)],
      expected: [record([10, -0], 4)],
    },
  ],
  traits,
)
testOperator(
  join('left'),
  [
    {
      name: 'keeps what nothing was valid for',
      events: [one('a', 1, 3), row('a', 2, 4), row('a', 2, 6, -1), one('a', 3, 7), watermark(9)],
      expected: [record([1, null], 3), record([3, null], 7)],
    },
  ],
  traits,
)

test('goes on from state that was kept before rows had an end', () => {
  const kept = z.object({ time: z.number(), id: z.string(), value: z.unknown() })
  const versions = z.array(z.object({ time: z.number(), rows: z.array(kept), gone: z.boolean() }))
  const { drive, verdict } = takenUp(join('left'), {
    cells: { waiting: map(z.array(kept)), versions: value(versions) },
    key: 'a',
    values: {
      versions: [
        { time: 1, rows: [{ time: 1, id: 'list/0/0', value: { key: 'a', n: 1 } }], gone: false },
        { time: 5, rows: [], gone: true },
        { time: 8, rows: [{ time: 8, id: 'list/0/1', value: { key: 'a', n: 2 } }], gone: false },
      ],
    },
  })
  expect(verdict).toMatchObject({ verdict: 'keep' })
  const times = [1, 4, 5, 7, 8, 10, 11]
  const events = [row('a', 3, 5), row('a', 3, 5, -1), row('a', 2, 11, -1), ...times.map((time) => one('a', time, time))]
  for (const [index, event] of events.entries()) drive.record(event, `list/1/${index}`)
  drive.watermark(30)
  const found = [1, 1, null, null, 2, 2, null]
  expect(drive.told.map(({ value: told }) => told)).toEqual(times.map((time, index) => [time, found[index]]))
})

const item = fc.record({ key: fc.constantFrom('a', 'b'), n: fc.nat(9) })

test('finds of a running aggregate the newest result there is, in whatever order records come', () => {
  const sums = () =>
    aggregateOperator({
      key: (given) => (given as Item).key,
      aggregates: [{ name: 'sum', aggregate: sum, value: (given) => (given as Item).n }],
      give: (key, [n]) => ({ key, n }),
    })
  fc.assert(
    fc.property(randomEvents({ value: item, inputs: 2 }), (random) => {
      const events = random.flatMap((event, index): StreamEvent[] => {
        if (isWatermark(event) || event.input !== 1) return [event]
        // What the record at this place tells, after all that came before.
        const before = random.slice(0, index).filter(isRight).map(asFirst)
        const told = runOperator(sums, [...before, asFirst(event)]).slice(runOperator(sums, before).length)
        return told.map((one) => ({ ...one, input: 1 }))
      })
      const expected = random.flatMap((event) => {
        if (isWatermark(event) || event.input === 1) return []
        const { key, n } = event.value as Item
        let [latest, total, found] = [-Infinity, 0, null as number | null]
        for (const { value: given, time } of random.filter(isRight)) {
          if ((given as Item).key !== key) continue
          total += (given as Item).n
          // A sum that stays the same is not told again.
          if ((given as Item).n !== 0 || latest === -Infinity) latest = Math.max(latest, time)
          if (latest <= event.time) found = total
        }
        return [record([n, found], event.time)]
      })
      expect(asTexts(runOperator(join('left'), events, { rebuild: 'everywhere' }))).toEqual(asTexts(expected))
    }),
  )
})

const asFirst = (event: RecordEvent): RecordEvent => ({ ...event, input: 0 })
const isRight = (event: StreamEvent): event is RecordEvent => !isWatermark(event) && event.input === 1

describe.each(['inner', 'left'] as const)('the temporal %s join', (kind) => {
  test('equals a plain loop that looks up the newest row', () => {
    fc.assert(
      fc.property(randomEvents({ value: item, inputs: 2 }), fc.infiniteStream(fc.nat(5)), (random, draws) => {
        const events = withWithdrawn(random, () => draws.next().value!)
        const found = runOperator(join(kind), events, { rebuild: 'everywhere' })
        expect(asTexts(found)).toEqual(asTexts(reference(events, kind)))
      }),
    )
  })
})

/** The events, some right records of which withdraw a row that came before them. */
function withWithdrawn(events: readonly StreamEvent[], draw: () => number): readonly StreamEvent[] {
  const standing: RecordEvent[] = []
  return events.map((event) => {
    if (!isRight(event)) return event
    const at = draw() - 2
    if (at < 0 || at >= standing.length) {
      standing.push(event)
      return event
    }
    const [ended] = standing.splice(at, 1)
    return { ...event, value: ended!.value, time: Math.max(event.time, ended!.time), weight: -1 }
  })
}

interface Row {
  readonly item: Item
  readonly time: number
  until: number
}

function reference(events: readonly StreamEvent[], kind: 'inner' | 'left'): readonly RecordEvent[] {
  let rows: Row[] = []
  for (const { value: given, time, weight } of events.filter(isRight)) {
    const told = given as Item
    if (weight !== -1) {
      rows = [...rows, { item: told, time, until: Infinity }].toSorted((left, right) => left.time - right.time)
      continue
    }
    const ended = rows.findLast(
      ({ item: { key, n }, time: from, until }) =>
        key === told.key && n === told.n && from <= time && until === Infinity,
    )!
    ended.until = time
    // What ends as it begins was never there.
    rows = rows.filter(({ time: from, until }) => from < until)
  }
  return events.flatMap((event) => {
    if (isWatermark(event) || event.input === 1) return []
    const { key, n } = event.value as Item
    const before = rows.filter((one) => one.item.key === key && one.time <= event.time)
    const newest = before.filter(({ time }) => time === before.at(-1)!.time)
    const found = newest.findLast(({ until }) => until > event.time)
    if (found === undefined && kind === 'inner') return []
    return [record([n, found?.item.n ?? null], event.time)]
  })
}
