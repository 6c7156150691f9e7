import type { SinkRecord } from '@heddle/stream'
import { expect, test } from 'vitest'
import { foldNewest } from './fold-newest.ts'

const result = (day: number, mean: number, weight: 1 | -1 = 1): SinkRecord => ({
  id: `${day}/${mean}`,
  value: { airport: 'SFO', start: new Date(day), mean },
  key: 'SFO',
  time: day,
  weight,
})
const folded = (...records: SinkRecord[]) => {
  const { upserts, deletes } = foldNewest(records, ({ key }) => key as string)
  return [upserts.map(({ id }) => id), deletes.map(({ id }) => id)]
}

test('the newest window is written, and what is withdrawn of the table goes unless it is told anew', () => {
  expect(folded(result(1, 5), result(2, 6), result(1, 5, -1), result(1, 7))).toEqual([['2/6'], []])
  expect(folded(result(2, 5, -1), result(2, 6))).toEqual([['2/6'], []])
  expect(folded(result(2, 5, -1), result(1, 6))).toEqual([['1/6'], ['2/5']])
  expect(folded(result(1, 6), result(2, 5, -1))).toEqual([['1/6'], ['2/5']])
  expect(folded(result(2, 5), result(2, 5, -1))).toEqual([[], []])
  expect(folded(result(2, 5, -1))).toEqual([[], ['2/5']])
})
