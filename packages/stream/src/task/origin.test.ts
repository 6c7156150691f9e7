import { expect, test } from 'vitest'
import { Origin } from './origin.ts'

const [first, second, third] = [{}, {}, {}]

test('counts for each reader by itself what it is handed of one record, and begins anew with the next', () => {
  const origin = new Origin('source/0', 7)
  expect([first, second, first, third, second, first].map((reader) => origin.nameFor(reader))).toEqual([
    'source/0/7',
    'source/0/7',
    'source/0/7/1',
    'source/0/7',
    'source/0/7/1',
    'source/0/7/2',
  ])
  origin.next(8)
  expect([second, first, second].map((reader) => origin.nameFor(reader))).toEqual([
    'source/0/8',
    'source/0/8',
    'source/0/8/1',
  ])
})

test('what is kept goes on counting by itself', () => {
  const origin = new Origin('step/key')
  origin.nameFor(first)
  origin.nameFor(second)
  const kept = origin.kept()
  expect([kept.nameFor(second), kept.nameFor(first), kept.nameFor(third)]).toEqual([
    'step/key/1',
    'step/key/1',
    'step/key',
  ])
  expect([origin.nameFor(second), origin.nameFor(third)]).toEqual(['step/key/1', 'step/key'])
})

test('says of a record that nobody has read where it comes from, also after one that was', () => {
  const origin = new Origin('source/1', 0)
  expect(origin.text).toBe('source/1/0')
  origin.next(1)
  origin.next(2)
  expect(origin.text).toBe('source/1/2')
})
