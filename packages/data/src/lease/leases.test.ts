import { app, command, Failure } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { leasesKeptMs, prune } from '../system/retention.ts'
import { openTestStore } from '../testing/test-store.ts'
import { createLeases, longestLeaseMs } from './create-leases.ts'
import { keepLease } from './keep-lease.ts'
import type { LeaseStore } from './lease.ts'
import { Leases, leasesOf } from './leases.ts'

const time = createVirtualTime()
const ports = { clock: time.clock, timers: time.timers }
let store: Awaited<ReturnType<typeof openTestStore>>
let leases: LeaseStore
beforeEach(async () => {
  // One thread, so that advancing the time is all that waits.
  store = await openTestStore([], { ports, part: sqlite().simulated!() })
  leases = createLeases(store.database, 'main')
})
afterEach(() => store.close())

const acquire = async (name: string, holder: string, ttlMs = 1000) => {
  const lease = await leases.acquire(name, { ttlMs, holder })
  if (!lease.acquired) throw new Error(`${lease.holder} holds it`)
  return lease
}
const code = async (promise: Promise<unknown>) => {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  return thrown instanceof Failure ? thrown.code : thrown
}

test('others learn who holds a lease and until when, and get it with a larger token when its time is over', async () => {
  const first = await acquire('job', 'a')
  expect(await leases.acquire('job', { ttlMs: 1000, holder: 'b' })).toEqual({
    acquired: false,
    name: 'job',
    holder: 'a',
    expiresAt: first.expiresAt,
  })
  expect(first.expiresAt).toBe(time.clock.now() + 1000)
  await time.advance(1000)
  const second = await acquire('job', 'b')
  expect(second.token).toBeGreaterThan(first.token)
  expect(await code(leases.renew(first, 1000))).toBe('LeaseLost')
  expect(await leases.release(first)).toBe(false)
  expect(await leases.list()).toMatchObject([{ name: 'job', holder: 'b', token: second.token }])
})

test('the same holder gets the lease that it has, for longer and with the same token', async () => {
  const first = await acquire('job', 'a')
  await time.advance(500)
  const again = await acquire('job', 'a')
  expect(again).toEqual({ ...first, expiresAt: first.expiresAt + 500 })
})

test('a lease that expired is held again by a renewal as long as nobody took it', async () => {
  const first = await acquire('job', 'a')
  await time.advance(5000)
  expect(await leases.list()).toEqual([])
  const renewed = await leases.renew(first, 1000)
  expect(renewed).toMatchObject({ token: first.token, expiresAt: time.clock.now() + 1000 })
})

test('tokens grow also after a lease was given back and forgotten', async () => {
  const first = await acquire('job', 'a')
  expect(await leases.release(first)).toBe(true)
  const second = await acquire('job', 'a')
  expect(second.token).toBeGreaterThan(first.token)
  await leases.release(second)
  await time.advance(leasesKeptMs + 1)
  expect(await prune(store.database, time.clock)).toBeLessThanOrEqual(1)
  expect((await acquire('job', 'a')).token).toBeGreaterThan(second.token)
})

test('tenants have leases of their own, and a list goes on after a name', async () => {
  for (const name of ['a', 'b', 'c']) await acquire(name, 'me')
  const other = createLeases(store.database, 'other')
  expect(await other.acquire('a', { ttlMs: 1000, holder: 'you' })).toMatchObject({ acquired: true })
  expect((await leases.list({ limit: 2 })).map(({ name }) => name)).toEqual(['a', 'b'])
  expect((await leases.list({ after: 'b' })).map(({ name }) => name)).toEqual(['c'])
  expect(await code(leases.list({ limit: 0 }))).toBe('LimitReached')
})

test('a time that is none, and a name or holder that is empty, are refused', async () => {
  for (const ttlMs of [0, -1, Number.NaN, longestLeaseMs + 1]) {
    expect(await code(leases.acquire('job', { ttlMs, holder: 'a' }))).toBe('InvalidOption')
  }
  expect(await code(leases.acquire('', { ttlMs: 1, holder: 'a' }))).toBe('InvalidOption')
  expect(await code(leases.acquire('job', { ttlMs: 1, holder: '' }))).toBe('InvalidOption')
})

test('a kept lease is renewed in time, and given back at the end', async () => {
  const lease = await keepLease(leases, 'job', { ttlMs: 900, holder: 'a', ports })
  if (!('signal' in lease)) throw new Error('nobody else wants it')
  for (let step = 0; step < 10; step++) {
    await time.advance(400)
    await settled()
  }
  expect(lease.signal.aborted).toBe(false)
  expect(await leases.list()).toMatchObject([{ token: lease.token }])
  await lease.release()
  expect(await leases.list()).toEqual([])
})

test('a kept lease aborts when another one has it, and when nobody answered for its whole time', async () => {
  const stolen = await keepLease(leases, 'stolen', { ttlMs: 900, holder: 'a', ports })
  if (!('signal' in stolen)) throw new Error('nobody else wants it')
  await leases.release(stolen)
  await acquire('stolen', 'b', 60_000)
  while (!stolen.signal.aborted) await time.advance(100)
  expect(stolen.signal.reason).toMatchObject({ code: 'LeaseLost' })

  let broken = false
  const flaky: LeaseStore = {
    ...leases,
    renew: async (proof, ttlMs) => (broken ? Promise.reject(new Error('unreachable')) : leases.renew(proof, ttlMs)),
  }
  const cut = await keepLease(flaky, 'cut', { ttlMs: 900, holder: 'a', ports })
  if (!('signal' in cut)) throw new Error('nobody else wants it')
  broken = true
  const since = time.clock.now()
  while (!cut.signal.aborted) await time.advance(50)
  expect(time.clock.now() - since).toBe(900)
  expect(await keepLease(leases, 'stolen', { ttlMs: 900, holder: 'c', ports })).toMatchObject({ holder: 'b' })
})

const Batch = entity('jobs.Batch', { key: 'id', fields: { id: z.string() } })
const Batches = repository(Batch)
const storeBatch = command('jobs.StoreBatch', {
  input: z.object({ id: z.string(), token: z.int().optional() }),
  output: z.object({}),
  uses: [Batches, Leases],
  async run({ input: { id, token }, ctx }) {
    if (token !== undefined) ctx.use(Leases).guard({ name: 'job', token })
    ctx.use(Batches).insert({ id })
    return {}
  },
})
const storeThroughOther = command('jobs.StoreThroughOther', {
  input: z.object({ id: z.string(), token: z.int() }),
  output: z.object({ stored: z.boolean() }),
  calls: [storeBatch],
  async run({ input, call }) {
    const stored = await call.try(storeBatch, input)
    return { stored: stored.ok }
  },
})

test('a call that names a stale token writes nothing, as an option, in its body and in a subcommand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-leases-'))
  const parts = [storeBatch, storeThroughOther]
  const jobs = await app('jobs', { database: sqlite(), parts }).open({ folder, ports })
  try {
    const own = leasesOf(jobs)
    const stale = await own.acquire('job', { ttlMs: 1000, holder: 'a' })
    if (!stale.acquired) throw new Error('it is free')
    expect(await jobs.call(storeBatch, { id: '1' }, { fences: [stale] })).toMatchObject({ ok: true })
    await time.advance(1000)
    const newer = await own.acquire('job', { ttlMs: 1000, holder: 'b' })
    if (!newer.acquired) throw new Error('it is free')

    const lost = { ok: false, errors: [{ code: 'LeaseLost', data: { lease: 'job', token: stale.token } }] }
    const { token } = stale
    expect(await jobs.call(storeBatch, { id: '2' }, { fences: [stale], idempotencyKey: 'k' })).toMatchObject(lost)
    expect(await jobs.call(storeBatch, { id: '3', token })).toMatchObject(lost)
    expect(await jobs.call(storeThroughOther, { id: '4', token })).toMatchObject(lost)
    // The next holder may use the same key: what was refused is no answer.
    expect(await jobs.call(storeBatch, { id: '2' }, { fences: [newer], idempotencyKey: 'k' })).toMatchObject({
      ok: true,
    })
    expect(await jobs.call(storeBatch, { id: '3' }, { fences: [newer, stale] })).toMatchObject(lost)
    expect(await jobs.call(storeBatch, { id: '3' }, { fences: [{ name: 'job', token: 1.5 }] })).toMatchObject({
      errors: [{ code: 'InvalidOption' }],
    })
    expect(await jobs.call(storeBatch, { id: '3', token: newer.token })).toMatchObject({ ok: true })
  } finally {
    await jobs.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('leases of an app without a database are a mistake that is named', async () => {
  const jobs = await app('jobs', { parts: [] }).open()
  expect(() => leasesOf(jobs)).toThrow(expect.objectContaining({ code: 'MissingPart' }))
  await jobs.close()
})
