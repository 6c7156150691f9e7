import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asTexts, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { type RecordEvent, record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
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

describe.each(['inner', 'left'] as const)('the temporal %s join', (kind) => {
  const value = fc.record({ key: fc.constantFrom('a', 'b'), n: fc.nat() })

  test('equals a plain loop that looks up the newest row', () => {
    fc.assert(
      fc.property(randomEvents({ value, inputs: 2 }), (random) => {
        const records = random.filter((event) => 'value' in event)
        const found = runOperator(join(kind), random, { rebuild: 'everywhere' })
        expect(asTexts(found)).toEqual(asTexts(reference(records, kind)))
      }),
    )
  })
})

function reference(records: readonly RecordEvent[], kind: 'inner' | 'left'): readonly RecordEvent[] {
  const item = (event: RecordEvent) => event.value as Item
  const rows = records.filter(({ input }) => input === 1).toSorted((left, right) => left.time - right.time)
  return records.flatMap((event) => {
    if (event.input === 1) return []
    const found = rows.findLast((one) => item(one).key === item(event).key && one.time <= event.time)
    if (found === undefined && kind === 'inner') return []
    return [record([item(event).n, found === undefined ? null : item(found).n], event.time)]
  })
}
