// needs: redis-server
import { memoryLog } from '@heddle/core'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from '../../../../scripts/services/redis.ts'
import { openShop, order, readPrice, repriced } from '../../fixtures/shop.ts'
import { openRedis } from './client.ts'

const server = await startRedis()
const closing: (() => unknown)[] = [() => server.remove()]
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})
const open = async (prefix: string) => {
  const opened = await openShop(server.url, prefix)
  closing.push(() => opened.shop.close())
  return opened
}
const tea = { product: 'tea' }

test('an answer is found by the other process, and by nobody of another tenant or with other permissions', async () => {
  const [one, other] = [await open('tenants'), await open('tenants')]
  one.prices.set('tea', 100)
  const callers = ['a', 'b'].flatMap((tenant) =>
    ['ada', 'bob'].flatMap((id) =>
      [[], ['shop:vip']].map((permissions) => ({ as: { id, permissions, tenants: [tenant] }, tenant })),
    ),
  )
  for (const caller of callers) await one.shop.callOrThrow(readPrice, tea, caller)
  expect(one.asked).toHaveLength(callers.length)
  for (const caller of callers) expect(await other.shop.callOrThrow(readPrice, tea, caller)).toEqual({ cents: 100 })
  expect(other.asked).toEqual([])
})

test('a tag that one process forgets is forgotten within a second by the other', async () => {
  const here = await open('tags')
  const child = fork(fileURLToPath(new URL('../../fixtures/shop.ts', import.meta.url)), [server.url, 'tags'])
  closing.push(() => child.kill())
  await once(child, 'message')
  const there = async (cents?: number) => {
    const answer = once(child, 'message')
    child.send({ ...tea, cents })
    return ((await answer) as [unknown])[0]
  }
  expect(await there(100)).toBe(100)
  expect(await here.shop.callOrThrow(readPrice, tea, { tenant: 'main' })).toEqual({ cents: 100 })
  for (const cents of [200, 300, 400]) {
    expect(await there(cents)).toBe(cents - 100)
    here.prices.set('tea', cents)
    await here.shop.callOrThrow(repriced, tea, { tenant: 'main' })
    await expect.poll(() => there(), { timeout: 1000, interval: 10 }).toBe(cents)
  }
})

test('calls are counted for all processes together', async () => {
  const [one, other] = [await open('counts'), await open('counts')]
  const outcomes = []
  for (const { shop } of [one, other, one, other]) outcomes.push(await shop.call(order, tea, { tenant: 'main' }))
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, false])
  expect(outcomes[3]).toMatchObject({ errors: [{ code: 'RateLimited', data: { calls: 3, seconds: 3600 } }] })
  expect((await other.shop.call(order, tea, { tenant: 'other' })).ok).toBe(true)
})

test('an app starts without its Redis, and finds it when it is there', async () => {
  await server.stop()
  const { shop, asked, log } = await open('later')
  for (let times = 0; times < 3; times++) await shop.callOrThrow(readPrice, tea, { tenant: 'main' })
  expect(asked).toHaveLength(3)
  expect(log.lines.filter(({ message }) => message.endsWith('is away'))).toHaveLength(1)
  await server.start()
  const answersAlone = async () => {
    const before = asked.length
    await shop.callOrThrow(readPrice, tea, { tenant: 'main' })
    return asked.length === before
  }
  await expect.poll(answersAlone, { timeout: 5000 }).toBe(true)
})

test('a server that is not there, is none or refuses says which it is', async () => {
  const client = await openRedis({ url: 'redis://:secret@127.0.0.1:1/0' }, memoryLog())
  await expect(client.run((redis) => redis.ping())).rejects.toMatchObject({
    code: 'Unavailable',
    message: 'Redis at 127.0.0.1:1/0 cannot be reached.',
    retry: { afterMs: 1000 },
  })
  client.close()
  const stranger = await openRedis({ url: server.url.replace('//', '//nobody:wrong@') }, memoryLog())
  await expect(stranger.run((redis) => redis.ping())).rejects.toMatchObject({ code: 'Unavailable' })
  stranger.close()
})

test('a server that hangs is left alone after one command that it did not answer, and used again when it answers', async () => {
  const client = await openRedis({ url: server.url, commandTimeoutMs: 100 }, memoryLog())
  expect(await client.run((redis) => redis.ping())).toBe('PONG')
  server.signal('SIGSTOP')
  for (let times = 0; times < 2; times++)
    await expect(client.run((redis) => redis.ping())).rejects.toMatchObject({ code: 'Unavailable' })
  expect(client.isReady).toBe(false)
  server.signal('SIGCONT')
  await expect.poll(() => client.isReady, { timeout: 10_000 }).toBe(true)
  client.close()
})

test('without the client library the app says which package to install', async () => {
  const missing = Object.assign(new Error(`Cannot find package 'ioredis'`), { code: 'ERR_MODULE_NOT_FOUND' })
  const opened = openRedis({ url: server.url, lib: () => Promise.reject(missing) }, memoryLog())
  await expect(opened).rejects.toMatchObject({ code: 'MissingLibrary', data: { library: 'ioredis' } })
})
