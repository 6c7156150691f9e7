import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aside, asTexts, partLate, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { type RecordEvent, record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { intervalJoinOperator } from './interval-join.ts'
import type { JoinKind } from './join-options.ts'

interface Item {
  readonly key: string
  readonly n: number
}

const join =
  (kind: JoinKind, beforeMs = 2, afterMs = 5) =>
  () =>
    intervalJoinOperator({
      by: (value) => (value as Item).key,
      beforeMs,
      afterMs,
      kind,
      give: (left, right) => [(left as Item | null)?.n ?? null, (right as Item | null)?.n ?? null],
    })

const one = (key: string, n: number, time: number) => record({ key, n }, time)
const other = (key: string, n: number, time: number) => record({ key, n }, time, { input: 1 })

const events = [
  one('a', 1, 10),
  other('a', 2, 15),
  other('a', 3, 8),
  other('a', 4, 16),
  other('b', 5, 10),
  watermark(15),
  one('a', 6, 18),
  one('a', 7, 30),
  watermark(50),
]

testOperator(join('inner'), [
  {
    name: 'joins at once what is near in time, with the later time',
    events,
    expected: [record([1, 2], 15), record([1, 3], 10), record([6, 4], 18)],
  },
  {
    name: 'tells aside what is behind the watermark',
    events: [one('a', 1, 10), watermark(12), other('a', 2, 12), other('a', 3, 13)],
    expected: [record({ key: 'a', n: 2 }, 12, { side: 'late' }), record([1, 3], 13)],
    late: 1,
  },
])
testOperator(join('left'), [
  {
    name: 'keeps a left record that is alone, when nothing can come any more',
    events,
    expected: [record([1, 2], 15), record([1, 3], 10), record([6, 4], 18), record([7, null], 35)],
  },
])
testOperator(join('full'), [
  {
    name: 'keeps records of either side that are alone',
    events,
    expected: [
      record([1, 2], 15),
      record([1, 3], 10),
      record([null, 5], 12),
      record([6, 4], 18),
      record([7, null], 35),
    ],
  },
])

describe.each(['inner', 'left', 'full'] as const)('the %s join', (kind) => {
  const value = fc.record({ key: fc.constantFrom('a', 'b'), n: fc.nat() })

  test('equals a plain loop over all pairs', () => {
    fc.assert(
      fc.property(randomEvents({ value, inputs: 2, early: 6 }), fc.nat(6), fc.nat(6), (random, beforeMs, afterMs) => {
        const { onTime, late } = partLate(random)
        const found = runOperator(join(kind, beforeMs, afterMs), random, { rebuild: 'everywhere' })
        expect(asTexts(found)).toEqual(asTexts([...reference(onTime, kind, beforeMs, afterMs), ...aside(late)]))
      }),
    )
  })
})

function reference(records: readonly RecordEvent[], kind: JoinKind, beforeMs: number, afterMs: number) {
  const item = (event: RecordEvent) => event.value as Item
  const side = (input: number) => records.filter((event) => (event.input ?? 0) === input)
  const fits = (a: RecordEvent, b: RecordEvent) =>
    item(a).key === item(b).key && b.time >= a.time - beforeMs && b.time <= a.time + afterMs
  const [lefts, rights] = [side(0), side(1)]
  return [
    ...lefts.flatMap((a) =>
      rights.filter((b) => fits(a, b)).map((b) => record([item(a).n, item(b).n], Math.max(a.time, b.time))),
    ),
    ...lefts
      .filter((a) => kind !== 'inner' && !rights.some((b) => fits(a, b)))
      .map((a) => record([item(a).n, null], a.time + afterMs)),
    ...rights
      .filter((b) => kind === 'full' && !lefts.some((a) => fits(a, b)))
      .map((b) => record([null, item(b).n], b.time + beforeMs)),
  ]
}
