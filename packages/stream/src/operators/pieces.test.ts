import { expect, test } from 'vitest'
import { runOperator } from '../testing/run-operator.ts'
import { record, watermark } from '../testing/stream-events.ts'
import { intervalJoinOperator } from './interval-join.ts'
import { windowJoinOperator } from './window-join.ts'

const joins = {
  window: () => windowJoinOperator({ by: () => 'k', sizeMs: 1000, kind: 'full' }),
  interval: () => intervalJoinOperator({ by: () => 'k', beforeMs: 1000, afterMs: 1000, kind: 'full' }),
}

test.each(Object.entries(joins))(
  'a %s join keeps more records of a key than stand in one piece of state',
  (_name, join) => {
    const lefts = Array.from({ length: 300 }, (_, time) => record(`l${time}`, time))
    const rights = Array.from({ length: 130 }, (_, time) => record(`r${time}`, 500 + time, { input: 1 }))
    const events = [...lefts, ...rights, record('alone', 5000), watermark(10_000)]
    const found = runOperator(join, events, { state: 'task' })
    expect(found).toHaveLength(300 * 130 + 1)
    expect(new Set(found.map(({ value }) => JSON.stringify(value))).size).toBe(found.length)
    expect(found.at(-1)!.value).toEqual({ left: 'alone', right: null })
    expect(
      runOperator(join, [...lefts, ...rights.slice(0, 3), watermark(10_000)], { rebuild: 'everywhere' }),
    ).toHaveLength(900)
  },
)
