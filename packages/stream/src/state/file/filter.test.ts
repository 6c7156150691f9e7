import { expect, test } from 'vitest'
import { Filter } from './filter.ts'
import { hashOf, itemKey, probeOf } from './line.ts'

const probe = (text: string) => probeOf(text, hashOf(text))

test('a line that was added is known, and of a hundred others about one is taken for known', () => {
  const count = 100_000
  const filter = new Filter(count)
  for (let key = 0; key < count; key++) filter.add(probe(`"customer ${key}"`))
  let wrong = 0
  for (let key = 0; key < count; key++) {
    if (!filter.has(probe(`"customer ${key}"`))) throw new Error(`the key ${key} is not known`)
    if (filter.has(probe(`"customer ${key + count}"`))) wrong++
  }
  expect(wrong / count).toBeLessThan(0.02)
  expect(filter.bytes / count).toBeLessThan(1.5)
})

test('the items of a key are together, and are told apart', () => {
  const [key, first, second] = ['"a"', itemKey('"a"', 3, 1), itemKey('"a"', 3, 2)]
  expect([hashOf(first), hashOf(second), hashOf(`${first}\tvalue`)]).toEqual([hashOf(key), hashOf(key), hashOf(key)])
  expect(new Set([probe(key), probe(first), probe(second)]).size).toBe(3)
  expect(probe(`${second}\tvalue`)).toBe(probe(second))
})
