import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, systemFailure, type Transactions } from '../index.ts'
import { createVirtualTime, recordingTransactions } from '../testing/index.ts'

async function open() {
  const time = createVirtualTime()
  let runs = 0
  const order = command('shop.Order', {
    input: z.object({ item: z.string(), defect: z.boolean().default(false) }),
    output: z.object({ number: z.int(), at: z.date() }),
    errors: { SoldOut: z.object({ item: z.string() }) },
    async run({ input, ctx, fail }) {
      runs++
      await ctx.sleep(10)
      if (input.defect) throw new Error('boom')
      if (input.item === 'rare') return fail.SoldOut({ item: 'rare' })
      return { number: runs, at: new Date(ctx.clock.now()) }
    },
  })
  const log = { write() {} }
  const shop = await app('shop', { parts: [order], tenancy: 'shared' }).open({
    ports: { clock: time.clock, timers: time.timers, log },
  })
  return { shop, order, time, runs: () => runs }
}

test('two hundred calls with one key run once and get one answer', async () => {
  const { shop, order, time, runs } = await open()
  const calls = Array.from({ length: 200 }, () => shop.call(order, { item: 'tea' }, { idempotencyKey: 'k' }))
  await time.advance(10)
  const outcomes = await Promise.all(calls)
  expect(runs()).toBe(1)
  for (const outcome of outcomes)
    expect(outcome).toEqual({ ok: true, value: { number: 1, at: new Date(time.clock.now()) } })
})

test('a declared failure is the answer too; a defect is not', async () => {
  const { shop, order, time, runs } = await open()
  const call = async (input: { item: string; defect?: boolean }, idempotencyKey: string) => {
    const pending = shop.call(order, input, { idempotencyKey })
    await time.advance(10)
    return pending
  }
  const first = await call({ item: 'rare' }, 'a')
  const second = await call({ item: 'rare' }, 'a')
  expect(second.ok || second.errors[0]!.toJSON()).toEqual(first.ok || first.errors[0]!.toJSON())
  expect(runs()).toBe(1)
  await call({ item: 'tea', defect: true }, 'b')
  await call({ item: 'tea', defect: true }, 'b')
  expect(runs()).toBe(3)
})

test('another input under the key is refused; another principal has keys of its own', async () => {
  const { shop, order, time, runs } = await open()
  const calls = [
    shop.call(order, { item: 'tea' }, { idempotencyKey: 'k' }),
    shop.call(order, { item: 'coffee' }, { idempotencyKey: 'k' }),
    shop.call(order, { item: 'coffee' }, { idempotencyKey: 'k', tenant: 'other' }),
  ]
  await time.advance(10)
  expect(await Promise.all(calls)).toMatchObject([
    { ok: true },
    { ok: false, errors: [{ code: 'KeyReused' }] },
    { ok: true },
  ])
  expect(runs()).toBe(2)
})

test('who waits longer than the deadline is told that the first call is still running', async () => {
  const { shop, order, time } = await open()
  const first = shop.call(order, { item: 'tea' }, { idempotencyKey: 'k' })
  const second = shop.call(order, { item: 'tea' }, { idempotencyKey: 'k', deadline: time.clock.now() + 5 })
  await time.advance(10)
  expect(await second).toMatchObject({ ok: false, errors: [{ code: 'InProgress' }] })
  expect(await first).toMatchObject({ ok: true })
})

test('a failure that could not be kept is not given: the caller is told what went wrong instead', async () => {
  const { clock } = createVirtualTime()
  let broken = true
  const { begin } = recordingTransactions()
  const transactions: Transactions = {
    begin: (options) => ({
      ...begin(options),
      commit() {
        if (broken) throw systemFailure('Unavailable', { what: 'The database' })
      },
    }),
  }
  const buy = command('shop.Buy', {
    input: z.object({}),
    output: z.null(),
    errors: { SoldOut: z.object({}) },
    run: ({ fail }) => fail.SoldOut({}),
  })
  const shop = await app('shop', { parts: [buy] }).open({ ports: { clock, transactions } })
  const call = () => shop.call(buy, {}, { idempotencyKey: 'k' })
  expect(await call()).toMatchObject({ errors: [{ code: 'Unavailable' }] })
  broken = false
  expect(await call()).toMatchObject({ errors: [{ code: 'SoldOut' }] })
})
