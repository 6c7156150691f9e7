// needs: redis-server
import { createPorts, memoryLog } from '@heddle/core'
import { cacheContract, createVirtualTime } from '@heddle/core/testing'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from '../../../../scripts/services/redis.ts'
import { createRedisCache, type RedisCacheOptions } from './cache.ts'
import { openRedis } from './client.ts'
import { createListener } from './listener.ts'

const server = await startRedis()
const closing: (() => void)[] = []
afterAll(async () => {
  for (const close of closing) close()
  await server.remove()
})

let counter = 0
const open = async (prefix = `test-${counter++}`, options?: RedisCacheOptions) => {
  const time = createVirtualTime()
  const ports = createPorts({ clock: time.clock, log: memoryLog() })
  const client = await openRedis({ url: server.url }, ports.log)
  const listener = await createListener(client.duplicate())
  closing.push(
    () => listener.close(),
    () => client.close(),
  )
  const cache = await createRedisCache(client, listener, prefix, ports, options)
  const advance = async (ms: number) => {
    await time.advance(ms)
    await server.advance(ms)
  }
  return { cache, advance, client, prefix }
}

test.each(cacheContract)('with copies in the process: $name', ({ run }) => run(() => open()))
test.each(cacheContract)('with nothing in the process: $name', ({ run }) => run(() => open(undefined, { local: 0 })))

test('what one process keeps the others find, and a key or tag that one forgets is forgotten by all', async () => {
  const [one, other] = [await open('shared'), await open('shared')]
  for (const key of ['a', 'b', 'c']) await one.cache.set(key, `${key} of one`, { ttlMs: 60_000, tags: [`tag ${key}`] })
  const there = async () => Promise.all(['a', 'b', 'c'].map(async (key) => other.cache.get(key)))
  expect(await there()).toEqual(['a of one', 'b of one', 'c of one'])
  await one.cache.deleteTags(['tag a'])
  await one.cache.delete('b')
  await expect.poll(there, { timeout: 1000, interval: 5 }).toEqual([undefined, undefined, 'c of one'])
})

test('a copy in the process answers at once and ends with the entry', async () => {
  const { cache, advance } = await open()
  await cache.set('key', 1, { ttlMs: 3_000 })
  expect(cache.get('key')).toBe(1)
  await advance(3_001)
  expect(await cache.get('key')).toBeUndefined()
})

test('a copy is not kept when something was forgotten while it was on its way', async () => {
  const { cache } = await open()
  await cache.set('key', 'old', { ttlMs: 60_000, tags: ['tag'] })
  await cache.clear()
  const onItsWay = cache.get('key')
  const forgotten = cache.deleteTags(['tag'])
  expect(await onItsWay).toBe('old')
  await forgotten
  expect(await cache.get('key')).toBeUndefined()
})

test('nothing is left of entries whose time is over, however often their tag is used', async () => {
  const { cache, client, prefix, advance } = await open()
  for (let round = 0; round < 5; round++) {
    for (let key = 0; key < 20; key++) await cache.set(`${round}/${key}`, key, { ttlMs: 1_000, tags: ['hot'] })
    await advance(1_001)
  }
  expect(await client.run((redis) => redis.keys(`${prefix}:*`))).toEqual([])
})

test('two thousand entries of one tag are forgotten at once, here and in the other process', async () => {
  const [one, other] = [await open('many'), await open('many')]
  const keys = Array.from({ length: 2000 }, (_, index) => `key ${index}`)
  await Promise.all(keys.map(async (key) => one.cache.set(key, key, { ttlMs: 60_000, tags: ['all'] })))
  const found = async () => (await Promise.all(keys.map(async (key) => other.cache.get(key)))).filter(Boolean).length
  expect(await found()).toBe(2000)
  await one.cache.deleteTags(['all'])
  await expect.poll(found, { timeout: 1000, interval: 10 }).toBe(0)
})
