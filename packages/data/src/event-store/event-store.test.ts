import { app, command, event, memoryLog } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { usualDatabase } from '../testing/test-store.ts'
import { eventsOf } from '../events/events-of.ts'
import { eventStore } from './event-store.ts'

const Deposited = event('bank.Deposited', { data: z.object({ cents: z.int() }) })
const Withdrawn = event('bank.Withdrawn', { data: z.object({ cents: z.int() }) })
const Unknown = event('bank.Unknown', { data: z.object({}) })
const state = z.object({ balance: z.int(), since: z.date().optional() })

/** How often `fold` ran. */
let folds = 0
const ledgerOf = (options: { version?: number; snapshotEvery?: number } = {}) =>
  eventStore('bank.Ledger', {
    events: [Deposited, Withdrawn],
    state,
    initial: { balance: 0 },
    fold({ balance, since }, { name, data, at }) {
      folds++
      return { balance: balance + (name === 'bank.Deposited' ? data.cents : -data.cents), since: since ?? at }
    },
    ...options,
  })
const Ledger = ledgerOf({ snapshotEvery: 10 })

const move = command('bank.Move', {
  input: z.object({
    account: z.string(),
    cents: z.array(z.int()),
    expected: z.int().optional(),
    fails: z.boolean().default(false),
  }),
  output: z.object({ balance: z.int(), length: z.int() }),
  errors: { Refused: z.object({}) },
  uses: [Ledger],
  async run({ input: { account, cents, expected, fails }, ctx, fail }) {
    const ledger = ctx.use(Ledger)
    await ledger.append(
      account,
      cents.map((sum) => (sum < 0 ? [Withdrawn, { cents: -sum }] : [Deposited, { cents: sum }])),
      { expected },
    )
    const { state: after, length } = await ledger.load(account)
    return fails ? fail.Refused({}) : { balance: after.balance, length }
  },
})
const moveTwice = command('bank.MoveTwice', {
  input: z.object({ account: z.string() }),
  output: z.object({ balance: z.int(), length: z.int() }),
  uses: [Ledger],
  calls: [move],
  async run({ input: { account }, call, ctx }) {
    await call.try(move, { account, cents: [1000], fails: true })
    await call(move, { account, cents: [7] })
    const { state: after, length } = await ctx.use(Ledger).load(account)
    return { balance: after.balance, length }
  },
})
const appendUnknown = command('bank.AppendUnknown', {
  input: z.object({}),
  output: z.null(),
  uses: [Ledger],
  async run({ ctx }) {
    await ctx.use(Ledger).append('a', [[Unknown, {}] as never])
    return null
  },
})

const parts = [move, moveTwice, appendUnknown]
const open = (folder = mkdtempSync(join(tmpdir(), 'heddle-store-')), list: typeof parts = parts) =>
  app('bank', { parts: list, database: usualDatabase(), tenancy: 'shared' }).open({
    folder,
    ports: { log: memoryLog() },
  })

test('a stream is folded with what the command itself appended, per tenant', async () => {
  const bank = await open()
  expect(await bank.callOrThrow(move, { account: 'a', cents: [100, -30] })).toEqual({ balance: 70, length: 2 })
  expect(await bank.callOrThrow(move, { account: 'a', cents: [5] })).toEqual({ balance: 75, length: 3 })
  expect(await bank.callOrThrow(move, { account: 'a', cents: [1] }, { tenant: 'other' })).toEqual({
    balance: 1,
    length: 1,
  })
  const stored = await eventsOf(bank).read({ on: [Deposited] })
  expect(stored.map(({ offset, key, number, tenant }) => [offset, key, number, tenant])).toEqual([
    [1, 'bank.Ledger/a', 1, 'main'],
    [3, 'bank.Ledger/a', 3, 'main'],
    [4, 'bank.Ledger/a', 1, 'other'],
  ])
  await bank.close()
})

test('what another length was expected of is refused, and nothing is written', async () => {
  const bank = await open()
  await bank.callOrThrow(move, { account: 'a', cents: [1], expected: 0 })
  const refused = await bank.call(move, { account: 'a', cents: [1], expected: 0 })
  expect(refused.ok || refused.errors[0]).toMatchObject({
    code: 'WrongExpectedVersion',
    retry: 'never',
    data: { stream: 'bank.Ledger/a', found: 1, expected: 0 },
  })
  expect(await eventsOf(bank).last()).toBe(1)
  await bank.close()
})

test('of many who append at once none is lost, and each place is taken once', async () => {
  const bank = await open()
  const calls = Array.from({ length: 40 }, () => bank.call(move, { account: 'a', cents: [1] }))
  expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true)
  expect(await bank.callOrThrow(move, { account: 'a', cents: [] })).toEqual({ balance: 40, length: 40 })
  const numbers = (await eventsOf(bank).read()).map(({ number }) => number)
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
  await bank.close()
})

test('what a failed call.try appended is gone', async () => {
  const bank = await open()
  expect(await bank.callOrThrow(moveTwice, { account: 'a' })).toEqual({ balance: 7, length: 1 })
  expect(await eventsOf(bank).last()).toBe(1)
  await bank.close()
})

test('an event that the store does not hold is a defect', async () => {
  const bank = await open()
  expect(await bank.call(appendUnknown, {})).toMatchObject({
    errors: [{ code: 'Internal', cause: { code: 'UndeclaredEmit' } }],
  })
  await bank.close()
})

test('a snapshot spares folding, and one of another version is passed over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-store-'))
  const bank = await open(folder)
  for (let count = 0; count < 25; count++) await bank.callOrThrow(move, { account: 'a', cents: [1] })
  folds = 0
  const { balance } = await bank.callOrThrow(move, { account: 'a', cents: [] })
  expect([balance, folds]).toEqual([25, 5])
  await bank.close()

  const Newer = ledgerOf({ version: 2 })
  const look = command('bank.Look', {
    kind: 'query',
    input: z.object({}),
    output: state,
    uses: [Newer],
    run: async ({ ctx }) => (await ctx.use(Newer).load('a')).state,
  })
  const list = command('bank.List', {
    kind: 'query',
    input: z.object({}),
    output: z.array(z.int()),
    uses: [Newer],
    run: async ({ ctx }) => (await ctx.use(Newer).read('a', { after: 20, limit: 3 })).map(({ number }) => number),
  })
  const later = await app('bank', { parts: [look, list], database: usualDatabase() }).open({ folder })
  folds = 0
  expect(await later.callOrThrow(look, {})).toEqual({ balance: 25, since: expect.any(Date) })
  expect(folds).toBe(25)
  expect(await later.callOrThrow(list, {})).toEqual([21, 22, 23])
  await later.close()
})

test('check tells when a store or one of its events goes', async () => {
  const { kind } = Ledger.part!
  const section = (...events: string[]) => ({ 'bank.Ledger': { name: 'bank.Ledger', events } })
  const compare = async (before: object, after: object) => {
    const verdicts = await kind.compare({ before, after } as never)
    return verdicts.map(({ level, change }) => `${level} ${change}`)
  }
  expect(await compare(section('a', 'b'), section('a'))).toEqual(['breaking events: without b'])
  expect(await compare(section('a'), {})).toEqual(['breaking removed'])
  expect(await compare({}, section('a'))).toEqual(['safe added'])
})
