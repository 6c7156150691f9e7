import { expect, test } from 'vitest'
import { lastOfChanges } from './first-last.ts'

test('of the same value and time, any is taken back where the id is another one: the list of the last stays a value', () => {
  const record = { a: [new Date(5)], b: 1 }
  const told = [
    [record, { time: 3, id: 's/0/3' }],
    [['a', 1], { time: 3, id: 's/0/5' }],
    [record, { time: 3, id: 's/0/6' }],
  ] as const
  const state = told.reduce((all, [value, at]) => lastOfChanges.add(all, value, at), lastOfChanges.initial())
  const left = lastOfChanges.retract!(state, record, { time: 3, id: 'other' })
  expect(left.map(([, id]) => id)).toContain('s/0/5')
  expect([record, ['a', 1]]).toContainEqual(lastOfChanges.result(left))
  expect(lastOfChanges.result(lastOfChanges.retract!(left, record, { time: 3, id: 'other' }))).toEqual(['a', 1])
})
