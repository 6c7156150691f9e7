import { expect, test } from 'vitest'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { listKind, listSource } from './list.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n, at: n * 10 }))

testSource('list', () => ({ source: listSource(numbers(9)), expected: { '0': numbers(9) } }))

testSource('list with partitions', () => ({
  source: listSource({ a: numbers(4), b: [], c: ['x'] }),
  expected: { a: numbers(4), b: [], c: ['x'] },
}))

test('tells times, keys and weights where they are given', async () => {
  const source = listSource(numbers(2), { time: ({ at }) => at, key: ({ n }) => n, weight: () => -1 })
  const open = await source.open(sourceHost())
  const reader = await open.openPartition('0', undefined)
  expect(await reader.read(10)).toMatchObject({ times: [0, 10], keys: [0, 1], weights: [-1, -1], position: 2 })
})

test('is a kind for plans, with the event times beside the values', async () => {
  for (const example of listKind.examples) listKind.config.parse(example)
  const open = await listKind.create({ values: ['a', 'b'], times: [5, 7] }).open(sourceHost())
  const reader = await open.openPartition('0', undefined)
  expect(await reader.read(1)).toMatchObject({ values: ['a'], times: [5] })
})
