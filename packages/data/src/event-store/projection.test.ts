import { app, command, event, memoryLog } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { readersOf } from '../events/reader-progress.ts'
import { repository } from '../repository/repository.ts'
import { usualDatabase } from '../testing/test-store.ts'
import { eventStore } from './event-store.ts'
import { projection } from './projection.ts'
import { rebuildProjection } from './rebuild.ts'

const Paid = event('shop.Paid', { data: z.object({ customer: z.string(), cents: z.int() }) })
const Purchases = eventStore('shop.Purchases', {
  events: [Paid],
  state: z.object({}),
  initial: {},
  fold: (state) => state,
})
const pay = command('shop.Pay', {
  input: z.object({ customer: z.string(), cents: z.int() }),
  output: z.null(),
  uses: [Purchases],
  async run({ input, ctx }) {
    await ctx.use(Purchases).append(input.customer, [[Paid, input]])
    return null
  },
})

const Turnover = entity('shop.Turnover', { key: 'customer', fields: { customer: z.string(), cents: z.int() } })
const Turnovers = repository(Turnover)
/** Makes a projection wait, or fail. */
let obstacle: ((cents: number) => void) | undefined
const turnoverOf = (version = 1, factor = 1) =>
  projection('shop.ShowTurnover', {
    on: [Paid],
    into: [Turnover],
    uses: [Turnovers],
    version,
    batch: 10,
    async run({ input: { data }, ctx }) {
      obstacle?.(data.cents)
      const turnovers = ctx.use(Turnovers)
      const known = await turnovers.get(data.customer)
      const cents = data.cents * factor
      if (known) turnovers.update(known, { cents: known.cents + cents })
      else turnovers.insert({ customer: data.customer, cents })
    },
  })
const readTurnover = command('shop.ReadTurnover', {
  kind: 'query',
  input: z.object({}),
  output: z.record(z.string(), z.int()),
  uses: [Turnovers],
  run: async ({ ctx }) =>
    Object.fromEntries((await ctx.use(Turnovers).find()).records.map(({ customer, cents }) => [customer, cents])),
})

const time = createVirtualTime()
async function open(folder: string, view = turnoverOf()) {
  const ports = { log: memoryLog(), timers: time.timers }
  return app('shop', { parts: [pay, readTurnover, view], database: usualDatabase(), tenancy: 'shared' }).open({
    folder,
    ports,
  })
}
type Shop = Awaited<ReturnType<typeof open>>
const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-projection-'))

/** Until the projection has taken in everything, or stands still before something. */
async function until(shop: Shop, reached: (progress: Awaited<ReturnType<typeof readersOf>>[0]) => boolean) {
  for (;;) {
    const [progress] = await readersOf(shop)
    if (reached(progress!)) return progress!
    await settled()
  }
}
const caughtUp = (shop: Shop) => until(shop, ({ behind }) => behind === 0)
const close = (shop: Shop) => shop.close()

test('a view is folded from all events, each once, per tenant, also over restarts, and knows its lag', async () => {
  const folder = newFolder()
  const first = await open(folder)
  for (let count = 0; count < 25; count++) await first.callOrThrow(pay, { customer: 'ada', cents: 1 })
  await first.callOrThrow(pay, { customer: 'ada', cents: 5 }, { tenant: 'other' })
  await first.start()
  expect(await caughtUp(first)).toMatchObject({ kind: 'projection', offset: 26, behind: 0, lagMs: expect.any(Number) })
  await first.callOrThrow(pay, { customer: 'bob', cents: 2 })
  await caughtUp(first)
  expect(await first.callOrThrow(readTurnover, {})).toEqual({ ada: 25, bob: 2 })
  expect(await first.callOrThrow(readTurnover, {}, { tenant: 'other' })).toEqual({ ada: 5 })
  await close(first)

  const second = await open(folder)
  await second.callOrThrow(pay, { customer: 'bob', cents: 2 })
  await second.start()
  await caughtUp(second)
  expect(await second.callOrThrow(readTurnover, {})).toEqual({ ada: 25, bob: 4 })
  await close(second)
})

test('an event that cannot be taken in holds the view where it is, whole, until it can', async () => {
  const shop = await open(newFolder())
  await shop.start()
  await shop.callOrThrow(pay, { customer: 'ada', cents: 1 })
  await caughtUp(shop)
  obstacle = (cents) => {
    if (cents === 13) throw new Error('unlucky')
  }
  for (const cents of [2, 13, 3]) await shop.callOrThrow(pay, { customer: 'ada', cents })
  const standing = await until(shop, ({ trouble }) => trouble !== undefined)
  expect(standing.behind).toBeGreaterThan(0)
  expect(await shop.health()).toMatchObject({ ok: false })
  obstacle = undefined
  await time.advance(60_000)
  await caughtUp(shop)
  expect(await shop.callOrThrow(readTurnover, {})).toEqual({ ada: 19 })
  await close(shop)
})

test('a view is rebuilt when it is asked for, and when its version grows', async () => {
  const folder = newFolder()
  const shop = await open(folder)
  await shop.start()
  for (const cents of [1, 2]) await shop.callOrThrow(pay, { customer: 'ada', cents })
  await caughtUp(shop)
  await rebuildProjection(shop, 'shop.ShowTurnover')
  await caughtUp(shop)
  expect(await shop.callOrThrow(readTurnover, {})).toEqual({ ada: 3 })
  await shop.callOrThrow(pay, { customer: 'ada', cents: 4 })
  await caughtUp(shop)
  expect(await shop.callOrThrow(readTurnover, {})).toEqual({ ada: 7 })
  await expect(rebuildProjection(shop, 'shop.Other')).rejects.toMatchObject({ code: 'NotFound' })
  await close(shop)

  const newer = await open(folder, turnoverOf(2, 10))
  await newer.start()
  await caughtUp(newer)
  expect(await newer.callOrThrow(readTurnover, {})).toEqual({ ada: 70 })
  await close(newer)
})
