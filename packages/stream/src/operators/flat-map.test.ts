import { expect, test } from 'vitest'
import { runOperator } from '../testing/run-operator.ts'
import { record } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { flatMapOperator } from './flat-map.ts'

const list = (value: unknown) => (value as { readonly items: unknown }).items

testOperator(
  () => flatMapOperator({ list }),
  [
    {
      name: 'makes a record of each item, in their order',
      events: [
        record({ items: [1, 2] }, 5),
        record({ items: [] }, 6),
        record({ items: null }, 7),
        record({ items: [3] }, 4),
      ],
      expected: [record(1, 5), record(2, 5), record(3, 4)],
    },
    {
      name: 'withdraws each item of a record that is withdrawn',
      events: [record({ items: [1, 2] }, 5), record({ items: [1, 2] }, 5, { weight: -1 })],
      expected: [record(1, 5), record(2, 5), record(1, 5, { weight: -1 }), record(2, 5, { weight: -1 })],
    },
  ],
)

test('makes of an item and its record what is asked for', () => {
  const give = (item: unknown, value: unknown, time: number, key: unknown) => ({ item, of: list(value), time, key })
  const events = [record({ items: ['x'] }, 5, { key: 'k' })]
  expect(runOperator(flatMapOperator({ list, give }), events)).toEqual([
    record({ item: 'x', of: ['x'], time: 5, key: 'k' }, 5),
  ])
})

test('says what it found where there should be a list', () => {
  expect(() => runOperator(flatMapOperator({ list }), [record({ items: 'ab' }, 1)])).toThrow(
    'There is no list, but a string',
  )
})
