import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aside, asTexts, partLate, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { type RecordEvent, record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import type { JoinKind } from './join-options.ts'
import { windowJoinOperator } from './window-join.ts'

interface Item {
  readonly key: string
  readonly n: number
}

const join = (kind: JoinKind) => () =>
  windowJoinOperator({
    by: (value) => (value as Item).key,
    sizeMs: 10,
    kind,
    give: (left, right) => [(left as Item | null)?.n ?? null, (right as Item | null)?.n ?? null],
  })

const one = (key: string, n: number, time: number) => record({ key, n }, time)
const other = (key: string, n: number, time: number) => record({ key, n }, time, { input: 1 })

const events = [
  one('a', 1, 3),
  other('a', 2, 8),
  other('b', 3, 9),
  one('a', 4, 1),
  one('a', 5, 10),
  watermark(9),
  watermark(30),
]

testOperator(join('inner'), [
  {
    name: 'joins what is in one window, in the order of time, at its end',
    events,
    expected: [record([4, 2], 9), record([1, 2], 9)],
  },
  {
    name: 'tells aside what comes after the end of its window',
    events: [one('a', 1, 3), watermark(8), other('a', 2, 2), watermark(9), other('a', 3, 9)],
    expected: [record([1, 2], 9), record({ key: 'a', n: 3 }, 9, { side: 'late' })],
    late: 1,
  },
])
testOperator(join('left'), [
  {
    name: 'keeps left records that are alone',
    events,
    expected: [record([4, 2], 9), record([1, 2], 9), record([5, null], 19)],
  },
])
testOperator(join('full'), [
  {
    name: 'keeps records of either side that are alone',
    events,
    expected: [record([4, 2], 9), record([1, 2], 9), record([null, 3], 9), record([5, null], 19)],
  },
])

describe.each(['inner', 'left', 'full'] as const)('the %s join', (kind) => {
  const value = fc.record({ key: fc.constantFrom('a', 'b'), n: fc.nat() })

  test('equals a plain loop over all pairs', () => {
    fc.assert(
      fc.property(randomEvents({ value, inputs: 2, early: 4 }), (random) => {
        const { onTime, late } = partLate(random, ({ time }) => Math.floor(time / 10) * 10 + 9)
        const found = runOperator(join(kind), random, { rebuild: 'everywhere' })
        expect(asTexts(found)).toEqual(asTexts([...reference(onTime, kind), ...aside(late)]))
      }),
    )
  })
})

function reference(records: readonly RecordEvent[], kind: JoinKind): readonly RecordEvent[] {
  const item = (event: RecordEvent) => event.value as Item
  const window = (event: RecordEvent) => Math.floor(event.time / 10)
  const side = (input: number) => records.filter((event) => (event.input ?? 0) === input)
  const fits = (a: RecordEvent, b: RecordEvent) => window(a) === window(b) && item(a).key === item(b).key
  const tell = (a: RecordEvent | undefined, b: RecordEvent | undefined) =>
    record([a ? item(a).n : null, b ? item(b).n : null], window((a ?? b)!) * 10 + 9)
  const [lefts, rights] = [side(0), side(1)]
  return [
    ...lefts.flatMap((a) => rights.filter((b) => fits(a, b)).map((b) => tell(a, b))),
    ...(kind === 'inner' ? [] : lefts.filter((a) => !rights.some((b) => fits(a, b))).map((a) => tell(a, undefined))),
    ...(kind === 'full' ? rights.filter((b) => !lefts.some((a) => fits(a, b))).map((b) => tell(undefined, b)) : []),
  ]
}
