// needs: redis-server
import { sleep, systemTimers } from '@heddle/core'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from '../../../../scripts/services/redis.ts'
import { openShop, order, readPrice, repriced } from '../../fixtures/shop.ts'

const server = await startRedis()
const [one, other] = [await openShop(server.url, 'load'), await openShop(server.url, 'load')]
afterAll(async () => {
  for (const { shop } of [one, other]) await shop.close()
  await server.remove()
})

const main = { tenant: 'main' }
const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(systemTimers, 5)
}

/** What the log says of the server, once for each outage. */
const told = ({ log }: typeof one) =>
  log.lines.flatMap(({ message }) => /^Redis at .* is (\w+)$/.exec(message)?.[1] ?? [])

// Each calls again as soon as it is answered, which is far more than 200 calls a second.
test('Redis killed and started under load fails no call, and serves no old answer afterwards', async () => {
  let stopping = false
  const refused: unknown[] = []
  let answered = 0
  let backs = 0
  const client = async (number: number) => {
    const { shop } = number % 2 ? one : other
    for (let turn = number; !stopping; turn++) {
      const product = `product ${turn % 10}`
      const outcome = await shop.call(turn % 7 ? readPrice : repriced, { product }, main)
      if (!outcome.ok) refused.push(...outcome.errors.map(({ code }) => code))
      answered++
      if (turn % 50 === 0) await sleep(systemTimers, 1)
    }
  }
  const load = Array.from({ length: 20 }, (_, number) => client(number))
  const goOn = async () => {
    const before = answered
    await until(() => answered > before + 500)
  }
  await goOn()
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await server.stop(signal)
    await goOn()
    // Changed while the server is away: it still holds the old price when it comes back.
    for (const { prices } of [one, other]) prices.set('product 3', (prices.get('product 3') ?? 0) + 100)
    await one.shop.callOrThrow(repriced, { product: 'product 3' }, main)
    await server.start()
    const back = backs + 1
    await until(() => [one, other].every((each) => told(each).filter((word) => word === 'back').length === back))
    backs = back
    await goOn()
  }
  stopping = true
  await Promise.all(load)
  expect(refused).toEqual([])
  for (const { shop } of [one, other])
    await expect
      .poll(() => shop.callOrThrow(readPrice, { product: 'product 3' }, main), { timeout: 1000 })
      .toEqual({ cents: one.prices.get('product 3') })
  for (const each of [one, other]) expect(told(each)).toEqual(['away', 'back', 'away', 'back'])
})

test('a tag that is forgotten while the server is away is forgotten when it is back, before it is asked', async () => {
  const { shop, prices, asked } = one
  prices.set('tea', 100)
  await shop.callOrThrow(readPrice, { product: 'tea' }, main)
  await server.stop()
  prices.set('tea', 200)
  await shop.callOrThrow(repriced, { product: 'tea' }, main)
  expect(await shop.callOrThrow(readPrice, { product: 'tea' }, main)).toEqual({ cents: 200 })
  await server.start()
  const asksNoMore = async () => {
    const before = asked.length
    expect(await shop.callOrThrow(readPrice, { product: 'tea' }, main)).toEqual({ cents: 200 })
    return asked.length === before
  }
  await expect.poll(asksNoMore, { timeout: 5000 }).toBe(true)
})

test('while the server is away each process counts by itself', async () => {
  await server.stop()
  const count = async ({ shop }: typeof one) => {
    let passed = 0
    for (let times = 0; times < 5; times++) if ((await shop.call(order, { product: 'tea' }, main)).ok) passed++
    return passed
  }
  expect([await count(one), await count(other)]).toEqual([3, 3])
  await server.start()
})
