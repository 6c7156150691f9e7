import { deepStrictEqual } from 'node:assert/strict'
import type { Cache } from '../ports/cache.ts'

/** An empty cache, and a way to let time pass for it. */
export interface CacheUnderTest {
  readonly cache: Cache
  advance(ms: number): Promise<void>
}

/** One demand on a cache. */
export interface CacheDemand {
  readonly name: string
  run(open: () => Promise<CacheUnderTest>): Promise<void>
}

/**
 * The executable contract of the `Cache` port, for whatever test runner.
 *
 * @example for (const { name, run } of cacheContract) test(name, () => run(openRedisCache))
 */
export const cacheContract: readonly CacheDemand[] = [
  demand('a value comes back as it went in, and nothing for a key that was never set', async ({ cache }) => {
    const value = { text: 'ü\u0000', list: [1, 2.5, null, true], nested: { empty: {} } }
    await cache.set('key', value, { ttlMs: 60_000 })
    deepStrictEqual(await cache.get('key'), value)
    deepStrictEqual(await cache.get('other'), undefined)
  }),
  demand('a value can be null, zero or empty', async ({ cache }) => {
    for (const value of [null, 0, '', false, []]) {
      await cache.set('key', value, { ttlMs: 60_000 })
      deepStrictEqual(await cache.get('key'), value)
    }
  }),
  demand('the last value of a key counts, with its own time and its own tags', async ({ cache, advance }) => {
    await cache.set('key', 1, { ttlMs: 1_000, tags: ['old'] })
    await cache.set('key', 2, { ttlMs: 5_000, tags: ['new'] })
    await advance(2_000)
    await cache.deleteTags(['old'])
    deepStrictEqual(await cache.get('key'), 2)
    await cache.deleteTags(['new'])
    deepStrictEqual(await cache.get('key'), undefined)
  }),
  demand('a value is gone when its time is over', async ({ cache, advance }) => {
    await cache.set('key', 1, { ttlMs: 2_000 })
    await advance(2_001)
    deepStrictEqual(await cache.get('key'), undefined)
  }),
  demand('a key that is deleted is gone, and deleting it again is nothing', async ({ cache }) => {
    await cache.set('key', 1, { ttlMs: 60_000, tags: ['tag'] })
    await cache.delete('key')
    await cache.delete('key')
    deepStrictEqual(await cache.get('key'), undefined)
  }),
  demand('forgetting tags takes every entry that has one of them, and no other', async ({ cache }) => {
    const tags = { a: ['x'], b: ['x', 'y'], c: ['y'], d: ['z'], e: [] }
    for (const [key, own] of Object.entries(tags)) await cache.set(key, key, { ttlMs: 60_000, tags: own })
    await cache.deleteTags(['x', 'none'])
    const left = await Promise.all(Object.keys(tags).map(async (key) => await cache.get(key)))
    deepStrictEqual(left, [undefined, undefined, 'c', 'd', 'e'])
    await cache.set('a', 'again', { ttlMs: 60_000 })
    await cache.deleteTags(['x'])
    deepStrictEqual(await cache.get('a'), 'again')
  }),
]

function demand(name: string, run: (cache: CacheUnderTest) => Promise<void>): CacheDemand {
  return { name, run: async (open) => run(await open()) }
}
