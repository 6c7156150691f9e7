import type { SinkRecord } from '@heddle/stream'
import { expect, test } from 'vitest'
import { fold } from './fold.ts'

const record = (key: string, value: number, weight: 1 | -1 = 1): SinkRecord => ({
  id: `${key}${value}`,
  value: { key, value },
  key,
  time: 0,
  weight,
})

test('the last word on a key counts', () => {
  const { upserts, deletes } = fold(
    [record('a', 1), record('a', 1, -1), record('a', 2), record('b', 1), record('b', 1, -1), record('c', 5, -1)],
    ({ key }) => `${key as string}`,
  )
  expect([...upserts.values()].map(({ value }) => value)).toEqual([{ key: 'a', value: 2 }])
  expect([...deletes.keys()]).toEqual(['b', 'c'])
})
