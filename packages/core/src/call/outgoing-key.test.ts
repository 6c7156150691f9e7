import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { error } from '../error/declared.ts'
import { retry } from '../policy/retry.ts'

const asked: (string | undefined)[] = []
let failuresLeft = 0

const charge = command('billing.Charge', {
  input: z.object({ cents: z.int() }),
  output: z.null(),
  errors: { Busy: error(z.object({}), { retry: 'later' }) },
  access: 'public',
  policies: [retry({ attempts: 3, initial: '1ms' })],
  run({ ctx, fail }) {
    asked.push(ctx.outgoingKey)
    return failuresLeft-- > 0 ? fail.Busy({}) : null
  },
})
const order = command('shop.Order', {
  input: z.object({}),
  output: z.null(),
  access: 'public',
  calls: [charge],
  async run({ call }) {
    await call(charge, { cents: 1 })
    return call(charge, { cents: 1 })
  },
})

/** The keys that a call of the order asks with. */
async function keysOf(options: object, failures = 0): Promise<(string | undefined)[]> {
  const shop = await app('shop', { parts: [order, charge], tenancy: 'shared' }).open()
  asked.length = 0
  failuresLeft = failures
  expect(await shop.call(order, {}, options)).toMatchObject({ ok: true })
  await shop.close()
  return [...asked]
}

test('two calls of one command within a call ask under two keys, and made again under the same two', async () => {
  const keys = await keysOf({ idempotencyKey: 'k-1' })
  expect(new Set(keys).size).toBe(2)
  for (const key of keys) expect(key).toMatch(/^k-1\/[\da-f]{24}$/)
  expect(await keysOf({ idempotencyKey: 'k-1' })).toEqual(keys)
})

test('another attempt of a policy asks under the same key', async () => {
  const [first, second] = await keysOf({ idempotencyKey: 'k-1' })
  expect(await keysOf({ idempotencyKey: 'k-1' }, 2)).toEqual([first, first, first, second])
})

test('callers and tenants that choose the same key do not meet', async () => {
  const ann = { id: 'ann', permissions: [], tenants: ['*'] }
  const [bare] = await keysOf({ idempotencyKey: 'k' })
  const [anns] = await keysOf({ idempotencyKey: 'k', as: ann })
  const [elsewhere] = await keysOf({ idempotencyKey: 'k', as: ann, tenant: 'north' })
  expect(new Set([bare, anns, elsewhere]).size).toBe(3)
})

test('a key that no header could carry is told by its hash', async () => {
  const [spaced] = await keysOf({ idempotencyKey: 'a key of mine' })
  const [long] = await keysOf({ idempotencyKey: 'x'.repeat(250) })
  for (const key of [spaced, long]) expect(key).toMatch(/^[\da-f]{64}\/[\da-f]{24}$/)
})

test('a call without a key asks without one', async () => {
  expect(await keysOf({})).toEqual([undefined, undefined])
})
