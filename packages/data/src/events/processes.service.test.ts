import { app, command, event, memoryLog } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { entity } from '../entity/entity.ts'
import { projection } from '../event-store/projection.ts'
import { rebuildProjection } from '../event-store/rebuild.ts'
import { postgres } from '../postgres/postgres.ts'
import { repository } from '../repository/repository.ts'
import { eventsOf } from './events-of.ts'
import { handler } from './handler.ts'

const Counted = event('count.Counted', { data: z.object({ lane: z.string(), n: z.int() }), key: ({ lane }) => lane })
/** Follows what the handler did, so that a test can wait for it without asking again and again. */
const Handled = event('count.Handled', { data: z.object({ lane: z.string(), n: z.int() }) })

const Log = entity('count.Log', { key: 'id', fields: { id: z.string(), seen: z.array(z.int()) } })
const Logs = repository(Log)
const View = entity('count.View', { key: 'lane', fields: { lane: z.string(), sum: z.int() } })
const Views = repository(View)

const count = command('count.Count', {
  input: z.object({ lane: z.string(), n: z.int() }),
  output: z.null(),
  emits: [Counted],
  run({ input, emit }) {
    emit(Counted, input)
    return null
  },
})
const writeDown = handler('count.WriteDown', {
  on: [Counted],
  uses: [Logs],
  emits: [Handled],
  async run({ input: { data }, ctx, emit }) {
    const logs = ctx.use(Logs)
    const log = await logs.get(data.lane)
    if (log) logs.update(log, { seen: [...log.seen, data.n] })
    else logs.insert({ id: data.lane, seen: [data.n] })
    emit(Handled, data)
  },
})
const sumUp = projection('count.SumUp', {
  on: [Handled],
  into: [View],
  uses: [Views],
  async run({ input: { data }, ctx }) {
    const views = ctx.use(Views)
    const view = await views.get(data.lane)
    if (view) views.update(view, { sum: view.sum + data.n })
    else views.insert({ lane: data.lane, sum: data.n })
  },
})
/** Makes the view wrong, as a mistake in its code would. */
const spoil = command('count.Spoil', {
  input: z.object({}),
  output: z.null(),
  uses: [Views],
  async run({ ctx }) {
    for (const view of (await ctx.use(Views).find()).records) ctx.use(Views).update(view, { sum: -1 })
    return null
  },
})
const listAll = command('count.ListAll', {
  kind: 'query',
  input: z.object({}),
  output: z.object({ seen: z.record(z.string(), z.array(z.int())), sums: z.record(z.string(), z.int()) }),
  uses: [Logs, Views],
  run: async ({ ctx }) => ({
    seen: Object.fromEntries((await ctx.use(Logs).find()).records.map(({ id, seen }) => [id, [...seen]])),
    sums: Object.fromEntries((await ctx.use(Views).find()).records.map(({ lane, sum }) => [lane, sum])),
  }),
})

async function openOn(url: string) {
  const parts = [count, writeDown, sumUp, listAll, spoil]
  const declared = app('count', { parts, database: postgres(url) })
  const opened = await declared.open({ mode: 'development', ports: { log: memoryLog() } })
  await opened.start()
  return opened
}

test('two processes share a handler: each event has its effect once, in order per key, also when one of them goes', async () => {
  const url = await freshDatabase()
  const [one, other] = [await openOn(url), await openOn(url)]
  const calls = async (from: number, to: number) => {
    for (let n = from; n <= to; n++) {
      await Promise.all([one, other].map((opened, index) => opened.call(count, { lane: index ? 'b' : 'a', n })))
    }
  }
  const handled = async (many: number) => {
    let seen = 0
    for await (const _ of eventsOf(other).follow({ on: [Handled] })) if (++seen === many) return
  }
  await calls(1, 10)
  await handled(20)
  // The lease goes on to the other one.
  const closing = one.close()
  await closing
  for (let n = 11; n <= 15; n++) for (const lane of ['a', 'b']) await other.callOrThrow(count, { lane, n })
  await handled(30)
  const all = Array.from({ length: 15 }, (_, index) => index + 1)
  // The projection follows in its own time.
  const whole = { seen: { a: all, b: all }, sums: { a: 120, b: 120 } }
  await expect.poll(() => other.callOrThrow(listAll, {}), { timeout: 30_000 }).toEqual(whole)
  await other.close()
}, 60_000)

test('a projection is rebuilt on behalf of whichever process is asked, by the one whose turn it is', async () => {
  const url = await freshDatabase()
  const processes = [await openOn(url), await openOn(url)] as const
  const sums = async () => (await processes[0].callOrThrow(listAll, {})).sums
  for (const n of [1, 2, 3]) await processes[0].callOrThrow(count, { lane: 'a', n })
  await expect.poll(sums, { timeout: 30_000 }).toEqual({ a: 6 })
  // One of the two has the turn.
  for (const asked of processes) {
    await asked.callOrThrow(spoil, {})
    expect(await sums()).toEqual({ a: -1 })
    await rebuildProjection(asked, 'count.SumUp')
    await expect.poll(sums, { timeout: 30_000 }).toEqual({ a: 6 })
  }
  await Promise.all(processes.map((one) => one.close()))
}, 90_000)
