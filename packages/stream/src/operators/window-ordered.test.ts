import { expect, test } from 'vitest'
import { count } from '../aggregates/count.ts'
import { max } from '../aggregates/extremes.ts'
import { sum } from '../aggregates/sum.ts'
import type { Operator } from '../operator/operator.ts'
import { record, watermark } from '../testing/stream-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { testOperator } from '../testing/test-operator.ts'
import { windowOperator } from './window.ts'
import type { Assign } from './window-options.ts'

const over = (assign: Assign) => () =>
  windowOperator({
    assign,
    key: () => 'k',
    aggregates: [
      { name: 'count', aggregate: count },
      { name: 'sum', aggregate: sum, value: (value) => value },
    ],
    give: (_key, { start, end }, values) => [start, end, ...values],
  })

testOperator(over({ sliding: { sizeMs: 10 } }), [
  {
    name: 'tells for each record what the span that ends with it has, in the order of times',
    events: [record(4, 14), record(1, 5), record(2, 9), watermark(13), record(8, 19), watermark(30)],
    expected: [
      record([-5, 5, 1, 1], 5),
      record([-1, 9, 2, 3], 9),
      record([4, 14, 3, 7], 14),
      // The record at 9 is ten milliseconds before it: not in the span any more.
      record([9, 19, 2, 12], 19),
    ],
  },
  {
    name: 'counts all records of a moment for each of them',
    events: [record(1, 5), record(2, 5), watermark(5)],
    expected: [record([-5, 5, 2, 3], 5), record([-5, 5, 2, 3], 5)],
  },
  {
    name: 'hands what is behind the watermark to the side output',
    events: [record(1, 5), watermark(5), record(2, 5), record(4, 6), watermark(9)],
    expected: [record([-5, 5, 1, 1], 5), { ...record(2, 5), side: 'late' }, record([-4, 6, 2, 5], 6)],
    late: 1,
  },
])

testOperator(
  over({ count: { size: 2 } }),
  [
    {
      name: 'tells so many records in the order of their times, however they come',
      events: [record(8, 9), record(1, 1), record(4, 4), watermark(3), record(2, 4), watermark(9)],
      expected: [record([undefined, undefined, 2, 5], 4), record([undefined, undefined, 2, 10], 9)],
    },
    { name: 'tells nothing of fewer', events: [record(8, 9), watermark(100)], expected: [] },
  ],
  { forgets: false },
)

testOperator(
  over({ count: { size: 3, every: 1 } }),
  [
    {
      name: 'tells the last so many for each record',
      events: [record(1, 1), record(2, 2), record(4, 3), record(8, 4), watermark(9)],
      expected: [record([undefined, undefined, 3, 7], 3), record([undefined, undefined, 3, 14], 4)],
    },
  ],
  { forgets: false },
)

testOperator(
  () =>
    windowOperator({
      assign: { sliding: { sizeMs: 10 } },
      aggregates: [{ name: 'most', aggregate: max, value: (value) => value }],
      give: (_key, _span, [most]) => most,
    }),
  [
    {
      name: 'makes an aggregate anew that takes nothing back',
      events: [record(9, 1), record(2, 5), record(4, 11), watermark(20)],
      expected: [record(9, 1), record(9, 5), record(4, 11)],
    },
  ],
)

test('refuses a lateness, a trigger, and changes', () => {
  const aggregates = [{ name: 'count', aggregate: count }]
  for (const assign of [{ sliding: { sizeMs: 1 } }, { count: { size: 1 } }]) {
    for (const more of [{ latenessMs: 1 }, { trigger: { count: 1 } }, { reads: 'changes' } as const]) {
      expect(() => windowOperator({ assign, aggregates, ...more })).toThrow(/sliding windows and windows of a count/)
    }
  }
})

test('a sliding window fires two timers for each record, however long its key goes on', () => {
  const sliding = over({ sliding: { sizeMs: 10 } })()
  let fired = 0
  const counted: Operator = {
    ...sliding,
    onTimer(timer, cells, out) {
      fired += 1
      sliding.onTimer!(timer, cells, out)
    },
  }
  const events = Array.from({ length: 200 }, (_, time) => [record(1, time * 3), watermark(time * 3)]).flat()
  expect(runOperator(counted, [...events, watermark(10_000)])).toHaveLength(200)
  expect(fired).toBe(400)
})
