import { expect, test } from 'vitest'
import { cacheContract, createVirtualTime } from '../testing/index.ts'
import { memoryCache } from './cache.ts'

test.each(cacheContract)('$name', async ({ run }) => {
  const time = createVirtualTime()
  await run(async () => ({ cache: memoryCache(time.clock), advance: time.advance }))
})

test('the least recently used entry leaves first, and its tags with it', () => {
  const cache = memoryCache(createVirtualTime().clock, 2)
  for (const key of ['a', 'b']) void cache.set(key, key, { ttlMs: 1000, tags: ['tag'] })
  void cache.get('a')
  void cache.set('c', 'c', { ttlMs: 1000 })
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c'])
  void cache.deleteTags(['tag'])
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([undefined, undefined, 'c'])
  void cache.clear()
  expect(cache.get('c')).toBeUndefined()
})
