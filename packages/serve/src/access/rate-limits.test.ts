import { createPorts, memoryLog, type Principal } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'
import { shop } from '../../test/shop.ts'
import { fetchHandler } from '../http/fetch-handler.ts'
import type { HandlerOptions } from '../http/options.ts'

const people: Record<string, Principal> = {
  ana: { id: 'ana', permissions: ['shop:order'], key: 'k1' },
  bo: { id: 'bo', permissions: [] },
}
const authenticate: HandlerOptions['authenticate'] = (request) => people[request.header('x-who') ?? '']

async function limited(rateLimits: HandlerOptions['rateLimits'], ports = {}) {
  const time = createVirtualTime(60_000_000)
  const log = memoryLog()
  const app = await shop().open({ ports: createPorts({ clock: time.clock, timers: time.timers, log, ...ports }) })
  const handle = fetchHandler(app, { authenticate, rateLimits })
  const greet = async (who?: string) => {
    const answer = await handle(
      new Request('http://shop/shop/Greet?name=Bo', { headers: who === undefined ? {} : { 'x-who': who } }),
    )
    const fields = ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => answer.headers.get(name))
    return { status: answer.status, fields, body: (await answer.json()) as unknown }
  }
  return { time, log, greet, [Symbol.asyncDispose]: () => app.close() }
}

test('a caller is told where it stands, stopped at the limit, and let through in the next window', async () => {
  await using at = await limited([{ name: 'calls', limit: 2, per: '1m' }])
  await at.time.advance(15_000)
  const policy = '"calls";q=2;w=60'
  expect(await at.greet('ana')).toMatchObject({ status: 200, fields: [policy, '"calls";r=1;t=45', null] })
  expect(await at.greet('ana')).toMatchObject({ status: 200, fields: [policy, '"calls";r=0;t=45', null] })
  const refused = await at.greet('ana')
  expect(refused).toMatchObject({ status: 429, fields: [policy, '"calls";r=0;t=45', '45'] })
  expect(refused.body).toMatchObject({
    errors: [{ code: 'RateLimited', retry: { afterMs: 45_000 }, data: { limit: 'calls', calls: 2, seconds: 60 } }],
  })
  expect(await at.greet('bo')).toMatchObject({ status: 200 })
  await at.time.advance(45_000)
  expect(await at.greet('ana')).toMatchObject({ status: 200, fields: [policy, '"calls";r=1;t=60', null] })
})

test('a principal of one tenant does not use up the calls of its namesake in another', async () => {
  people['eve'] = { id: 'ana', tenant: 'other', permissions: [] }
  await using at = await limited([{ name: 'calls', limit: 1, per: '1m' }])
  expect((await at.greet('ana')).status).toBe(200)
  expect((await at.greet('eve')).status).toBe(403) // The shop has no tenants; it was counted all the same.
  expect((await at.greet('ana')).status).toBe(429)
})

test('strangers count by their address, keys by themselves, and who has no key by none', async () => {
  await using at = await limited([
    { name: 'calls', limit: 1, per: '1m', by: 'principal' },
    { name: 'keys', limit: 5, per: '1h', by: 'key' },
  ])
  const both = '"calls";q=1;w=60, "keys";q=5;w=3600'
  expect(await at.greet()).toMatchObject({ status: 200, fields: [both, '"calls";r=0;t=60', null] })
  expect((await at.greet()).status).toBe(429)
  const [policy, standing] = (await at.greet('ana')).fields
  expect([policy, standing]).toEqual([both, expect.stringMatching(/^"calls";r=0;t=60, "keys";r=4;t=\d+$/)])
})

test('what counts by address counts before credentials are looked at, also wrong ones', async () => {
  const rateLimits = [{ name: 'guesses', limit: 3, per: '1h', by: 'address' } as const]
  let asked = 0
  await using served = await serve({
    rateLimits,
    trustedProxies: ['127.0.0.1'],
    authenticate: () => {
      asked++
      throw new Error('no guess was right')
    },
  })
  const guess = (from: string) =>
    served.ask('/shop/Greet?name=Bo', { headers: { authorization: 'Bearer x', 'x-forwarded-for': from } })
  const statuses: number[] = []
  for (let index = 0; index < 5; index++) statuses.push((await guess('198.51.100.7')).status)
  expect(statuses).toEqual([500, 500, 500, 429, 429])
  expect(asked).toBe(3)
  expect((await guess('198.51.100.8')).status).toBe(500)
  // Health and readiness are not calls.
  for (let index = 0; index < 5; index++) expect((await served.ask('/health')).status).toBe(200)
})

test('a counter that cannot be reached lets calls pass and says so in the log', async () => {
  const rateCounter = { add: () => Promise.reject(new Error('the counter is down')) }
  await using at = await limited([{ name: 'calls', limit: 1, per: '1m' }], { rateCounter })
  expect(await at.greet('ana')).toMatchObject({ status: 200, fields: [null, null, null] })
  expect(await at.greet('ana')).toMatchObject({ status: 200 })
  expect(at.log.lines).toHaveLength(2)
})

test.each([
  [[{ name: 'a b', limit: 1, per: '1m' }], 'is no name'],
  [[{ name: 'a"\r\nset-cookie: x', limit: 1, per: '1m' }], 'is no name'],
  [[{ name: 'a', limit: 0, per: '1m' }], 'no whole number above 0'],
  [[{ name: 'a', limit: 1, per: '500ms' }], 'whole seconds'],
  [
    [
      { name: 'a', limit: 1, per: '1m' },
      { name: 'a', limit: 2, per: '1h' },
    ],
    'one name',
  ],
])('limits that cannot be meant stop the start: %j', async (rateLimits, reason) => {
  const app = await shop().open({ ports: createPorts({ log: memoryLog() }) })
  expect(() => fetchHandler(app, { rateLimits })).toThrow(reason)
  await app.close()
})
