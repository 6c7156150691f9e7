import { app, command, event } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { usualDatabase } from '../testing/test-store.ts'
import { eventsOf, TenantEvents } from './events-of.ts'

const Paid = event('bank.Paid', { data: z.object({ cents: z.int(), at: z.date() }), key: ({ cents }) => `k${cents}` })
const Closed = event('bank.Closed', { data: z.object({}) })
const at = new Date('2026-01-02T03:04:05Z')

const pay = command('bank.Pay', {
  input: z.object({ cents: z.int() }),
  output: z.null(),
  access: 'public',
  emits: [Paid, Closed],
  run({ input: { cents }, emit }) {
    if (cents === 0) emit(Closed, {})
    else emit(Paid, { cents, at })
    return null
  },
})
const listPaid = command('bank.ListPaid', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.int()),
  uses: [TenantEvents],
  run: async ({ ctx }) => (await ctx.use(TenantEvents).read({ on: [Paid] })).map(({ data }) => data.cents),
})

const open = () =>
  app('bank', { parts: [pay, listPaid], database: usualDatabase(), tenancy: 'shared' }).open({
    folder: mkdtempSync(join(tmpdir(), 'heddle-events-')),
  })

test('events are read back with their typed data, who caused them and in which trace', async () => {
  const bank = await open()
  const as = { id: 'ada', tenant: 'acme', permissions: [] }
  await bank.callOrThrow(pay, { cents: 5 }, { as, traceId: 'a'.repeat(32) })
  const [paid] = await eventsOf(bank).read({ on: [Paid] })
  expect(paid).toEqual({
    offset: 1,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    tenant: 'acme',
    name: 'bank.Paid',
    key: 'k5',
    data: { cents: 5, at },
    at: expect.any(Date),
    principal: 'ada',
    traceId: 'a'.repeat(32),
  })
  await bank.close()
})

test('a reader gets what is there and then what comes, until it stops', async () => {
  const bank = await open()
  await bank.callOrThrow(pay, { cents: 1 })
  const controller = new AbortController()
  const seen: number[] = []
  let last = 0
  for await (const { offset, data } of eventsOf(bank).follow({ on: [Paid], signal: controller.signal })) {
    seen.push(data.cents)
    last = offset
    if (seen.length === 1) void bank.callOrThrow(pay, { cents: 0 }).then(() => bank.callOrThrow(pay, { cents: 2 }))
    if (seen.length === 2) controller.abort()
  }
  expect([seen, last]).toEqual([[1, 2], 3])
  const more = eventsOf(bank)
    .follow({ after: 3, on: [Paid] })
    [Symbol.asyncIterator]()
  const next = more.next()
  await bank.callOrThrow(pay, { cents: 3 })
  expect(await next).toMatchObject({ value: { offset: 4 } })
  await more.return!()
  await bank.close()
})

test('a command reads the events of its tenant alone', async () => {
  const bank = await open()
  await bank.callOrThrow(pay, { cents: 1 }, { tenant: 'acme' })
  await bank.callOrThrow(pay, { cents: 2 }, { tenant: 'other' })
  expect(await bank.callOrThrow(listPaid, {}, { tenant: 'acme' })).toEqual([1])
  expect((await eventsOf(bank).read()).map(({ tenant }) => tenant)).toEqual(['acme', 'other'])
  expect((await eventsOf(bank).read({ tenant: 'other', limit: 1 })).map(({ data }) => data)).toEqual([{ cents: 2, at }])
  await bank.close()
})
