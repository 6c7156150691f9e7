import { expect, test } from 'vitest'
import { defineAggregate } from '../aggregates/aggregate.ts'
import { count } from '../aggregates/count.ts'
import { z } from 'zod'
import { record, watermark } from '../testing/stream-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { testOperator } from '../testing/test-operator.ts'
import { windowOperator } from './window.ts'
import type { WindowOptions } from './window-options.ts'

const sessions =
  (options: Partial<WindowOptions> = {}) =>
  () =>
    windowOperator({
      assign: { session: { gapMs: 5 } },
      key: (value) => value as string,
      aggregates: [{ name: 'count', aggregate: count }],
      give: (of, { start, end }, [counted]) => [of, start, end, counted],
      ...options,
    })

testOperator(sessions(), [
  {
    name: 'tells a session once nothing came for the gap, and begins another one after it',
    events: [record('a', 0), record('a', 4), record('b', 4), watermark(7), record('a', 9), watermark(8), watermark(13)],
    expected: [record(['a', 0, 9, 2], 8), record(['b', 4, 9, 1], 8), record(['a', 9, 14, 1], 13)],
  },
  {
    name: 'joins two sessions by a record between them that comes later',
    events: [record('a', 0), record('a', 8), record('a', 4), watermark(20)],
    expected: [record(['a', 0, 13, 3], 12)],
  },
  {
    name: 'lets a session begin earlier by a record that comes later',
    events: [record('a', 8), record('a', 4), watermark(20)],
    expected: [record(['a', 4, 13, 2], 12)],
  },
  {
    name: 'takes a record behind the watermark into a session that is open, and into one of its own',
    events: [record('a', 8), watermark(9), record('a', 4), record('b', 6), record('b', 4), watermark(20)],
    expected: [record(['b', 4, 11, 2], 10), record(['a', 4, 13, 2], 12)],
  },
  {
    name: 'hands a record to the side output whose own session would be over',
    events: [record('a', 8), watermark(9), record('b', 5), watermark(20)],
    expected: [{ ...record('b', 5), side: 'late' }, record(['a', 8, 13, 1], 12)],
    late: 1,
  },
])

testOperator(sessions({ latenessMs: 10 }), [
  {
    name: 'withdraws both sessions that a late record joins',
    events: [record('a', 0), record('a', 8), watermark(12), record('a', 4), watermark(50)],
    expected: [
      record(['a', 0, 5, 1], 4),
      record(['a', 8, 13, 1], 12),
      record(['a', 0, 5, 1], 4, { weight: -1 }),
      record(['a', 8, 13, 1], 12, { weight: -1 }),
      record(['a', 0, 13, 3], 12),
    ],
  },
  {
    name: 'withdraws a session that goes on after all, and tells it at its new end',
    events: [record('a', 0), watermark(4), record('a', 4), watermark(7), watermark(8), watermark(50)],
    expected: [record(['a', 0, 5, 1], 4), record(['a', 0, 5, 1], 4, { weight: -1 }), record(['a', 0, 9, 2], 8)],
  },
])

test('refuses an aggregate that cannot be merged', () => {
  const own = defineAggregate({
    name: 'own',
    state: z.int(),
    initial: () => 0,
    add: (state: number) => state + 1,
    result: (state) => state,
  })
  expect(sessions({ aggregates: [{ name: 'own', aggregate: own }] })).toThrow(/the aggregate "own" has no merge/)
})

test('names a session by its bounds, so that two of the same start are told apart', () => {
  const events = [record('a', 0), watermark(4), record('a', 4), watermark(50)]
  expect(runOperator(sessions({ latenessMs: 10 }), events, { ids: true }).map(({ id }) => id)).toEqual([
    '"a"/0-5/0',
    '"a"/0-5/0/withdrawn',
    '"a"/0-9/1',
  ])
})
