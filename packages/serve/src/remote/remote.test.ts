import { app, command, memoryLog, type OpenApp } from '@heddle/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { around, billing, charge, charged, nested, seen, statements, wait } from '../../test/billing.ts'
import type { RemoteOptions } from './options.ts'
import { http } from '../index.ts'
import { remote } from './remote.ts'

let other: OpenApp
let url: string
let folder: string

beforeAll(async () => {
  const { declared, surface } = billing()
  other = await declared.open({ ports: { log: memoryLog() } })
  await other.start()
  url = surface.url!
  folder = await mkdtemp(join(tmpdir(), 'heddle-remote-'))
})
afterAll(async () => {
  await other.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => void Object.assign(seen, { keys: [], ended: [], items: 0, calls: 0 }))

/** An app that brings the commands of the other one in. */
async function shopWith(
  options: Partial<RemoteOptions> = {},
  parts: readonly object[] = [],
  tenancy: 'none' | 'shared' = 'shared',
) {
  const part = remote('billing', {
    manifest: `${url}/_heddle/manifest.json`,
    allowPrivate: true,
    authorization: 'Bearer service',
    ...options,
  })
  const log = memoryLog()
  const shop = await app('shop', { parts: [part, ...(parts as [])], tenancy }).open({
    folder,
    ports: { log },
  })
  await shop.start()
  return Object.assign(shop, { log, [Symbol.asyncDispose]: () => shop.close() })
}

const on = new Date('2026-11-21T10:00:00.000Z')

test('a command of another app gives the same value, with its dates and big integers', async () => {
  await using shop = await shopWith()
  const outcome = await shop.call(charge, { account: 'acme', cents: 5, on })
  expect(outcome).toEqual({ ok: true, value: { receipt: 'r-1', at: on, total: 5n } })
  expect(await shop.call(charged, { account: 'acme' })).toEqual({ ok: true, value: { cents: 5 } })
})

test('an input is refused here as it would be there, and nothing is sent', async () => {
  await using shop = await shopWith()
  const here = await shop.call(charge, { account: 'a', cents: 0.5 })
  const there = await other.call(charge, { account: 'a', cents: 0.5 })
  const told = (outcome: typeof here) => !outcome.ok && outcome.errors.map(({ key, message }) => [key, message])
  expect(told(here)).toEqual(told(there))
  expect(seen.calls).toBe(0)
})

test('a declared error has its code, key, data, message and facts', async () => {
  await using shop = await shopWith()
  const outcome = await shop.call(charge, { account: 'blocked', cents: 5 })
  expect(outcome).toMatchObject({
    ok: false,
    errors: [
      {
        code: 'Refused',
        key: 'domain:Refused',
        data: { account: 'blocked', since: new Date(0) },
        message: 'blocked is blocked',
        retry: 'never',
      },
    ],
  })
})

test('an error of a command that the other one calls tells the way', async () => {
  await using shop = await shopWith()
  const outcome = await shop.call(nested, { account: 'blocked' })
  expect(outcome).toMatchObject({
    ok: false,
    errors: [{ code: 'Refused', key: 'billing.Charge>domain:Refused', via: ['billing.Charge'] }],
  })
})

test('a defect there is Internal here, with its trace id and nothing else', async () => {
  await using shop = await shopWith()
  const outcome = await shop.call(charge, { account: 'broken', cents: 5 })
  expect(outcome).toMatchObject({
    ok: false,
    errors: [{ code: 'Internal', data: { traceId: expect.stringMatching(/^[\da-f]{32}$/) } }],
  })
})

test('without credentials it is refused as over any surface', async () => {
  await using shop = await shopWith({ authorization: undefined })
  expect(await shop.call(charge, { account: 'acme', cents: 5 })).toMatchObject({
    ok: false,
    errors: [{ code: 'Unauthenticated', key: 'auth:Unauthenticated' }],
  })
  await using weak = await shopWith({ authorization: 'Bearer ann' })
  expect(await weak.call(charge, { account: 'acme', cents: 5 })).toMatchObject({ errors: [{ code: 'Denied' }] })
})

test('from outside it is closed, unless its access is stated', async () => {
  const ann = { as: { id: 'ann', permissions: ['shop:pay'] } }
  await using closed = await shopWith()
  expect(await closed.call(charge, { account: 'acme', cents: 5 }, ann)).toMatchObject({ errors: [{ code: 'Denied' }] })
  await using open = await shopWith({ access: { 'billing.Charge': 'shop:pay' } })
  expect(await open.call(charge, { account: 'acme', cents: 5 }, ann)).toMatchObject({ ok: true })
  expect(await open.call(charged, { account: 'acme' }, ann)).toMatchObject({ errors: [{ code: 'Denied' }] })
})

test('with `forward` a call is made as its caller, who is let in here', async () => {
  await using shop = await shopWith({ forward: true, authorization: undefined })
  const as = { id: 'ann', permissions: [] }
  expect(await shop.call(around, {}, { as, credentials: 'Bearer ann' })).toMatchObject({ value: { principal: 'ann' } })
  expect(await shop.call(charge, { account: 'acme', cents: 5 }, { as, credentials: 'Bearer ann' })).toMatchObject({
    errors: [{ code: 'Denied' }],
  })
  // Who has shown nothing here is nobody there.
  expect(await shop.call(charge, { account: 'acme', cents: 5 }, { as })).toMatchObject({
    errors: [{ code: 'Unauthenticated' }],
  })
  expect(await shop.call(around, {}, { as })).not.toHaveProperty('value.principal')
})

test('what a caller shows over HTTP is shown to the other app', async () => {
  const surface = http({ port: 0, authenticate: () => ({ id: 'somebody', permissions: [] }) })
  await using _shop = await shopWith({ forward: true, authorization: undefined }, [surface])
  const ask = async (authorization?: string) => {
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
    const answer = await fetch(`${surface.url}/billing/Around`, { method: 'POST', headers, body: '{}' })
    return ((await answer.json()) as { principal?: string }).principal
  }
  expect(await ask('Bearer ann')).toBe('ann')
  expect(await ask('Bearer service')).toBe('shop-service')
  expect(await ask()).toBe(undefined)
})

test('credentials that were refused are asked for again, once', async () => {
  const asked: boolean[] = []
  const authorization = ({ refused }: { refused: boolean }) => {
    asked.push(refused)
    return refused ? 'Bearer service' : undefined
  }
  await using shop = await shopWith({ authorization })
  expect(await shop.call(charge, { account: 'acme', cents: 5 })).toMatchObject({ ok: true })
  expect(asked).toEqual([false, true])
})

test.each([
  ['that of the call, main too, where this app has many', {}, 'shared', 'main'],
  ['that of the credentials, where this app has one', {}, 'none', 'north'],
  ['main, where it is stated', { tenant: 'main' }, 'none', 'main'],
  ['what a function says', { tenant: ({ tenant }) => (tenant === 'main' ? undefined : tenant) }, 'shared', 'north'],
] satisfies readonly [string, Partial<RemoteOptions>, 'none' | 'shared', string][])(
  'a call is made in %s',
  async (_, options, tenancy, tenant) => {
    await using shop = await shopWith({ authorization: 'Bearer north', ...options }, [], tenancy)
    expect(await shop.call(around, {})).toMatchObject({ value: { principal: 'north', tenant } })
  },
)

test('a tenant that the credentials do not allow is refused there', async () => {
  await using shop = await shopWith({ authorization: 'Bearer north', tenant: 'south' })
  expect(await shop.call(around, {})).toMatchObject({ errors: [{ code: 'TenantDenied' }] })
})

test('trace, tenant and deadline go with the call', async () => {
  await using shop = await shopWith({ timeout: '10s' })
  const traceId = 'ab'.repeat(16)
  const deadline = shop.ports.clock.now() + 5000
  const outcome = await shop.call(around, {}, { traceId, tenant: 'north', deadline })
  expect(outcome).toMatchObject({ value: { principal: 'shop-service', tenant: 'north', traceId } })
  const { leftMs } = (outcome as unknown as { value: { leftMs: number } }).value
  expect(leftMs).toBeGreaterThan(0)
  expect(leftMs).toBeLessThanOrEqual(5000)
})

test('a call that its deadline ends is ended there, too', async () => {
  await using shop = await shopWith({ timeout: '50ms' })
  expect(await shop.call(wait, {})).toMatchObject({ errors: [{ code: 'DeadlineExceeded' }] })
  await until(() => seen.ended.length > 0)
})

test('a call that its caller cancels is cancelled there', async () => {
  await using shop = await shopWith()
  const controller = new AbortController()
  const called = shop.call(wait, {}, { signal: controller.signal })
  await until(() => seen.calls === 1)
  controller.abort()
  expect(await called).toMatchObject({ errors: [{ code: 'Cancelled' }] })
  await until(() => seen.ended.length > 0)
})

test('the key of a call goes on, and with it a failed call is made again', async () => {
  await using shop = await shopWith()
  expect(await shop.call(charge, { account: 'busy', cents: 1 }, { idempotencyKey: 'k-1' })).toMatchObject({ ok: true })
  expect(seen.keys).toHaveLength(3)
  expect(new Set(seen.keys).size).toBe(1)
  expect(seen.keys[0]).toMatch(/^k-1\/[\da-f]{24}$/)
  expect(await shop.call(charge, { account: 'acme', cents: 1 }, { idempotencyKey: 'k-2' })).toMatchObject({ ok: true })
  const again = await shop.call(charge, { account: 'acme', cents: 1 }, { idempotencyKey: 'k-2' })
  expect(again).toMatchObject({ value: { receipt: 'r-4' } })
})

test('without a key it is made once, because nobody knows what a second one would do', async () => {
  await using shop = await shopWith()
  expect(await shop.call(charge, { account: 'busy', cents: 1 })).toMatchObject({ errors: [{ code: 'Busy' }] })
  expect(seen.calls).toBe(1)
})

test('progress comes as it is told', async () => {
  await using shop = await shopWith()
  const told: unknown[] = []
  await shop.call(charged, { account: 'acme' }, { onProgress: (progress) => void told.push(progress) })
  expect(told).toEqual([{ done: 1, total: 2 }])
})

test('items come with their types, and then the value', async () => {
  await using shop = await shopWith()
  const days = shop.stream(statements, { from: on, count: 3 })
  const items = []
  for await (const item of days) items.push(item)
  expect(items).toEqual(
    [0, 1, 2].map((day) => ({ day: new Date(on.getTime() + day * 86_400_000), cents: BigInt(day) })),
  )
  expect(await days.outcome).toEqual({ ok: true, value: { days: 3 } })
})

test('a stream that fails in the middle tells its declared error after its items', async () => {
  await using shop = await shopWith()
  const days = shop.stream(statements, { from: on, count: 5, breakAt: 2 })
  let items = 0
  for await (const _ of days) items++
  expect(items).toBe(2)
  expect(await days.outcome).toMatchObject({ errors: [{ code: 'NoSuchDay', data: { day: on } }] })
})

test('the other app waits for who reads slowly, and ends when the reader leaves', async () => {
  await using shop = await shopWith()
  const count = 2_000_000
  for await (const item of shop.stream(statements, { from: on, count })) if (item.cents === 5n) break
  await until(() => seen.ended.length > 0)
  expect(seen.items).toBeLessThan(count / 10)
})

test('a command of this app calls it as one of its own, and its errors tell the way', async () => {
  const placeOrder = command('shop.PlaceOrder', {
    input: z.object({ account: z.string() }),
    output: z.object({ receipt: z.string() }),
    calls: [charge],
    run: async ({ input, call }) => ({ receipt: (await call(charge, { ...input, cents: 7 })).receipt }),
  })
  await using shop = await shopWith({}, [placeOrder])
  expect(await shop.call(placeOrder, { account: 'acme' })).toMatchObject({ value: { receipt: 'r-1' } })
  expect(await shop.call(placeOrder, { account: 'blocked' })).toMatchObject({
    errors: [{ key: 'billing.Charge>domain:Refused' }],
  })
})

test('the manifest tells its types, facts and errors as the other app does', async () => {
  await using shop = await shopWith()
  const [here, there] = [shop, other].map(({ manifest }) => manifest.parts['command']!['billing.Charge'] as object)
  const {
    access: _a,
    hash: _h,
    uses: _u,
    policies: _p,
    possibleErrors: mine,
    ...told
  } = here as { [key: string]: unknown }
  expect(there).toMatchObject(told)
  expect(mine).toEqual(expect.arrayContaining((there as { possibleErrors: string[] }).possibleErrors))
  expect(shop.manifest.parts['remote']!['billing']).toMatchObject({ app: 'billing', manifest: other.manifest.hash })
})

test('a prefix keeps the names of two apps apart', async () => {
  await using shop = await shopWith({ prefix: 'partner' })
  expect([...shop.commands.keys()]).toContain('partner.billing.Charge')
  expect(await shop.callByName('partner.billing.Charged', { account: 'none' })).toEqual({
    ok: true,
    value: { cents: 0 },
  })
})

test('an app that is not there is Unavailable, and may be asked again', async () => {
  await using shop = await shopWith({ url: 'http://127.0.0.1:1', retries: 1 })
  expect(await shop.call(charge, { account: 'acme', cents: 5 })).toMatchObject({
    errors: [{ code: 'Unavailable', message: 'billing cannot be reached.', retry: { afterMs: 1000 } }],
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
