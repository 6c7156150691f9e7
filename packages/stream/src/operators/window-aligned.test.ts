import { expect, test } from 'vitest'
import { count } from '../aggregates/count.ts'
import { max, min } from '../aggregates/extremes.ts'
import { avg, sum } from '../aggregates/sum.ts'
import { record, watermark } from '../testing/stream-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { testOperator } from '../testing/test-operator.ts'
import { windowOperator } from './window.ts'
import type { WindowOptions } from './window-options.ts'

interface Flight {
  readonly from: string
  readonly delay: number | null
}

const delay = (value: unknown) => (value as Flight).delay
const flight = (from: string, delayed: number | null, time: number, weight: 1 | -1 = 1) =>
  record({ from, delay: delayed }, time, weight === -1 ? { weight } : {})

const windows = (options: Partial<WindowOptions>) => () =>
  windowOperator({
    assign: { tumbling: { sizeMs: 10 } },
    key: (value) => (value as Flight).from,
    aggregates: [
      { name: 'flights', aggregate: count },
      { name: 'sum', aggregate: sum, value: delay },
    ],
    give: (from, { start, end }, [flights, total]) => [from, start, end, flights, total],
    ...options,
  })

testOperator(windows({}), [
  {
    name: 'tells each window of each key when its last moment is there',
    events: [
      flight('a', 1, 0),
      flight('a', 2, 9),
      flight('b', 4, 9),
      flight('a', 8, 10),
      watermark(8),
      watermark(9),
      watermark(25),
    ],
    expected: [record(['a', 0, 10, 2, 3], 9), record(['b', 0, 10, 1, 4], 9), record(['a', 10, 20, 1, 8], 19)],
  },
  {
    name: 'takes records out of order as long as their window is open, and times before 1970',
    events: [flight('a', 1, 5), flight('a', 2, -1), watermark(-2), flight('a', 4, -10), watermark(9)],
    expected: [record(['a', -10, 0, 2, 6], -1), record(['a', 0, 10, 1, 1], 9)],
  },
  {
    name: 'hands late records to the side output',
    events: [flight('a', 1, 5), watermark(9), flight('a', 2, 9), flight('a', 3, 10), watermark(19)],
    expected: [record(['a', 0, 10, 1, 1], 9), { ...flight('a', 2, 9), side: 'late' }, record(['a', 10, 20, 1, 3], 19)],
    late: 1,
  },
  {
    name: 'leaves null out of sums, and has no sum of nothing',
    events: [flight('a', null, 1), flight('a', null, 11), flight('a', 0, 12), watermark(30)],
    expected: [record(['a', 0, 10, 1, null], 9), record(['a', 10, 20, 2, 0], 19)],
  },
])

testOperator(windows({ assign: { tumbling: { sizeMs: 10, offsetMs: 3 } } }), [
  {
    name: 'begins windows at their offset',
    events: [flight('a', 1, 2), flight('a', 2, 3), flight('a', 4, 12), watermark(20)],
    expected: [record(['a', -7, 3, 1, 1], 2), record(['a', 3, 13, 2, 6], 12)],
  },
])

testOperator(windows({ assign: { hopping: { sizeMs: 10, everyMs: 4 } } }), [
  {
    name: 'counts a record in each window that it is in',
    events: [flight('a', 1, 4), flight('a', 2, 9), watermark(100)],
    expected: [
      record(['a', -4, 6, 1, 1], 5),
      record(['a', 0, 10, 2, 3], 9),
      record(['a', 4, 14, 2, 3], 13),
      record(['a', 8, 18, 1, 2], 17),
    ],
  },
  {
    name: 'counts a late record in the windows that are still open',
    events: [flight('a', 1, 4), watermark(9), flight('a', 2, 9), flight('a', 4, 3), watermark(100)],
    expected: [
      record(['a', -4, 6, 1, 1], 5),
      record(['a', 0, 10, 1, 1], 9),
      { ...flight('a', 4, 3), side: 'late' },
      record(['a', 4, 14, 2, 3], 13),
      record(['a', 8, 18, 1, 2], 17),
    ],
    late: 1,
  },
])

testOperator(windows({ assign: { hopping: { sizeMs: 3, everyMs: 10 } } }), [
  {
    name: 'leaves out what is between two windows',
    events: [flight('a', 1, 2), flight('a', 2, 3), flight('a', 4, 10), watermark(100)],
    expected: [record(['a', 0, 3, 1, 1], 2), record(['a', 10, 13, 1, 4], 12)],
  },
])

testOperator(windows({ latenessMs: 5 }), [
  {
    name: 'withdraws a result and tells it anew for a record within the lateness',
    events: [flight('a', 1, 5), watermark(9), flight('a', 2, 9), watermark(13), flight('b', 4, 9), watermark(14)],
    expected: [
      record(['a', 0, 10, 1, 1], 9),
      record(['a', 0, 10, 1, 1], 9, { weight: -1 }),
      record(['a', 0, 10, 2, 3], 9),
      record(['b', 0, 10, 1, 4], 9),
    ],
  },
  {
    name: 'hands what comes after the lateness to the side output',
    events: [flight('a', 1, 5), watermark(14), flight('a', 2, 9)],
    expected: [record(['a', 0, 10, 1, 1], 9), { ...flight('a', 2, 9), side: 'late' }],
    late: 1,
  },
])

testOperator(windows({ trigger: { count: 2 } }), [
  {
    name: 'tells what it has after so many records, and nothing anew at the end where nothing came since',
    events: [
      flight('a', 1, 5),
      flight('a', 2, 6),
      flight('a', 4, 7),
      flight('b', 1, 5),
      flight('b', 2, 6),
      watermark(9),
    ],
    expected: [
      record(['a', 0, 10, 2, 3], 9),
      record(['b', 0, 10, 2, 3], 9),
      record(['a', 0, 10, 2, 3], 9, { weight: -1 }),
      record(['a', 0, 10, 3, 7], 9),
    ],
  },
])

test('tells what it has at each multiple of event time at which something came', () => {
  const events = [
    flight('a', 1, 1),
    watermark(3),
    watermark(5),
    flight('a', 2, 6),
    watermark(7),
    watermark(10),
    watermark(19),
  ]
  const early = windows({ assign: { tumbling: { sizeMs: 20 } }, trigger: { everyMs: 4 } })
  const expected = [
    record(['a', 0, 20, 1, 1], 19),
    record(['a', 0, 20, 1, 1], 19, { weight: -1 }),
    record(['a', 0, 20, 2, 3], 19),
  ]
  expect(runOperator(early, events)).toEqual(expected)
  expect(runOperator(early, events, { rebuild: 'everywhere' })).toEqual(expected)
  expect(runOperator(early, events.slice(0, 2))).toEqual([record(['a', 0, 20, 1, 1], 19)])
})

testOperator(windows({ reads: 'changes', latenessMs: 5 }), [
  {
    name: 'takes back what is withdrawn',
    events: [
      flight('a', 0.1, 5),
      flight('a', 1e20, 5),
      flight('b', 3, 5),
      flight('a', 1e20, 5, -1),
      flight('b', 3, 5, -1),
      watermark(9),
      flight('a', 0.1, 5, -1),
    ],
    expected: [record(['a', 0, 10, 1, 0.1], 9), record(['a', 0, 10, 1, 0.1], 9, { weight: -1 })],
  },
])

test('gives a window that is told again an id for each result, and one for each that is withdrawn', () => {
  const events = [flight('a', 1, 5), watermark(9), flight('a', 2, 9)]
  expect(runOperator(windows({ latenessMs: 5 }), events, { ids: true }).map(({ id }) => id)).toEqual([
    '"a"/0/0',
    '"a"/0/0/withdrawn',
    '"a"/0/1',
  ])
  expect(runOperator(windows({}), events.slice(0, 2), { ids: true }).map(({ id }) => id)).toEqual(['"a"/0'])
})

test('tells start, end and the aggregates by their names unless it is asked for something else', () => {
  const aggregates = [
    { name: 'mean', aggregate: avg, value: delay },
    { name: 'least', aggregate: min, value: delay },
    { name: 'most', aggregate: max, value: delay },
  ]
  const events = [flight('a', 2, 5), flight('a', 1, 5), flight('a', 6, 5), watermark(9)]
  expect(runOperator(windows({ aggregates, give: undefined }), events)).toEqual([
    record({ start: new Date(0), end: new Date(10), mean: 3, least: 1, most: 6 }, 9),
  ])
})

test('refuses to read changes with an aggregate that takes nothing back', () => {
  const aggregates = [{ name: 'least', aggregate: min, value: delay }]
  expect(windows({ aggregates, reads: 'changes' })).toThrow(/The aggregate "least".* cannot take values back/)
})
