import { app, command, type OpenApp, ref } from '@heddle/core'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from './entity/entity.ts'
import { repository } from './repository/repository.ts'
import { sqlite } from './sqlite/sqlite.ts'

const Account = entity('bank.Account', {
  key: 'id',
  fields: { id: z.uuid(), owner: z.string(), balance: z.int().default(0) },
  indexes: [{ fields: ['owner'], unique: true }],
})
const Accounts = repository(Account)

const openAccount = command('bank.OpenAccount', {
  input: z.object({ owner: z.string(), balance: z.int() }),
  output: z.object({ id: z.uuid() }),
  uses: [Accounts],
  run: ({ input, ctx }) => ({ id: ctx.use(Accounts).insert(input).id }),
})

const transferMoney = command('bank.TransferMoney', {
  input: z.object({ from: ref(Account), to: ref(Account), cents: z.int().positive() }),
  output: z.object({ balance: z.int() }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  uses: [Accounts],
  async run({ input: { from, to, cents }, fail, ctx }) {
    const missing = cents - from.balance
    if (missing > 0) return fail.InsufficientFunds({ missing })
    const accounts = ctx.use(Accounts)
    const { balance } = accounts.update(from, { balance: from.balance - cents })
    accounts.update(to, { balance: to.balance + cents })
    return { balance }
  },
})

test('relative paths of a database count from the folder of its app', async () => {
  const root = mkdtempSync(join(tmpdir(), 'heddle-root-'))
  const declared = app('bank', { parts: [Account], database: sqlite({ file: 'db/bank.db', migrations: 'db/changes' }) })
  try {
    await (await declared.open({ root, folder: join(root, 'data') })).close()
    expect(existsSync(join(root, 'db/bank.db'))).toBe(true)
    mkdirSync(join(root, 'db/changes'))
    writeFileSync(join(root, 'db/changes/0001-bad.json'), '{}')
    await expect(declared.open({ root })).rejects.toThrow(join(root, 'db/changes/0001-bad.json'))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

const openMany = command('bank.OpenMany', {
  input: z.object({ owners: z.array(z.string()) }),
  output: z.array(z.string()),
  uses: [Accounts],
  calls: [openAccount],
  async run({ input, call }) {
    const ends: string[] = []
    for (const owner of input.owners) {
      const outcome = await call.try(openAccount, { owner, balance: 1 })
      ends.push(outcome.ok ? 'opened' : outcome.errors[0]!.code)
    }
    return ends
  },
})

const listAccounts = command('bank.ListAccounts', {
  kind: 'query',
  input: z.object({ after: z.string().optional() }),
  output: z.object({
    accounts: z.array(z.object({ owner: z.string(), balance: z.int() })),
    next: z.string().optional(),
  }),
  uses: [Accounts],
  async run({ input, ctx }) {
    const { records, next } = await ctx.use(Accounts).find({ orderBy: { owner: 'asc' }, limit: 3, after: input.after })
    return { accounts: [...records], next }
  },
})

const parts = [openAccount, transferMoney, openMany, listAccounts]

describe.each([
  ['in a file', () => sqlite()],
  ['simulated', () => sqlite().simulated!()],
])('an app with its records %s', (_where, database) => {
  let folder: string
  let bank: OpenApp
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heddle-app-'))
    bank = await app('bank', { parts, database: database(), tenancy: 'shared' }).open({ folder })
  })
  afterEach(async () => {
    await bank.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (owner: string, balance: number) => {
    const outcome = await bank.call(openAccount, { owner, balance })
    if (!outcome.ok) throw new Error(outcome.errors[0]!.message)
    return outcome.value.id
  }
  const all = async (tenant = 'main') => {
    const accounts: { owner: string; balance: number }[] = []
    let after: string | undefined
    do {
      const outcome = await bank.call(listAccounts, { after }, { tenant })
      if (!outcome.ok) throw new Error(outcome.errors[0]!.message)
      accounts.push(...outcome.value.accounts)
      after = outcome.value.next
    } while (after)
    return accounts
  }

  test('200 concurrent transfers over 10 accounts all succeed and the sum never changes', async () => {
    const ids: string[] = []
    for (let index = 0; index < 10; index++) ids.push(await open(`owner ${index}`, 1000))
    const inputs = Array.from({ length: 200 }, (_, index) => ({
      from: ids[index % 10]!,
      to: ids[(index + 1 + (index % 7)) % 10]!,
      cents: 1 + (index % 5),
    }))
    const outcomes = await bank.batch(transferMoney, inputs, { concurrency: 200 })
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect((await all()).reduce((sum, { balance }) => sum + balance, 0)).toBe(10_000)
  })

  test('a declared failure leaves nothing behind', async () => {
    const [from, to] = [await open('a', 5), await open('b', 5)]
    expect(await bank.call(transferMoney, { from, to, cents: 9 })).toMatchObject({
      ok: false,
      errors: [{ code: 'InsufficientFunds', data: { missing: 4 } }],
    })
    expect(await all()).toMatchObject([{ balance: 5 }, { balance: 5 }])
  })

  test('a synchronous call that would write is refused before it writes', async () => {
    expect(() => bank.runSync(openAccount, { owner: 'a', balance: 1 })).toThrow('its commit is asynchronous')
    expect(await all()).toEqual([])
  })

  test('a key that refers to nothing is an input error at its place', async () => {
    const from = await open('a', 5)
    const to = '01920000-0000-7000-8000-000000000000'
    expect(await bank.call(transferMoney, { from, to, cents: 1 })).toMatchObject({
      ok: false,
      errors: [{ code: 'NotFound', path: ['to'], data: { entity: 'bank.Account', key: to } }],
    })
  })

  test('a subcommand that fails on a unique index is undone, and the others stay', async () => {
    await open('taken', 1)
    expect(await bank.call(openMany, { owners: ['x', 'taken', 'x', 'y'] })).toEqual({
      ok: true,
      value: ['opened', 'NotUnique', 'NotUnique', 'opened'],
    })
    expect((await all()).map(({ owner }) => owner)).toEqual(['taken', 'x', 'y'])
  })

  test('200 calls with one key have one effect and 200 equal answers', async () => {
    const calls = Array.from({ length: 200 }, () =>
      bank.call(openAccount, { owner: 'once', balance: 7 }, { idempotencyKey: 'k' }),
    )
    const outcomes = await Promise.all(calls)
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect(outcomes[0]).toMatchObject({ ok: true })
    expect(await all()).toEqual([{ owner: 'once', balance: 7 }])
    const other = await bank.call(openAccount, { owner: 'other', balance: 7 }, { idempotencyKey: 'k' })
    expect(other).toMatchObject({ ok: false, errors: [{ code: 'KeyReused' }] })
  })

  test('a tenant sees its own records alone, also by a reference', async () => {
    const id = await open('mine', 5)
    expect(await all('other')).toEqual([])
    expect(await bank.call(transferMoney, { from: id, to: id, cents: 1 }, { tenant: 'other' })).toMatchObject({
      ok: false,
      errors: [{ code: 'NotFound' }, { code: 'NotFound' }],
    })
    expect(await bank.call(openAccount, { owner: 'mine', balance: 1 }, { tenant: 'other' })).toMatchObject({ ok: true })
    expect(await all()).toEqual([{ owner: 'mine', balance: 5 }])
  })
})

test('an app without a database refuses a repository with the name of what is missing', async () => {
  const bank = await app('bank', { parts: [openAccount] }).open({ ports: { log: { write: () => undefined } } })
  const outcome = await bank.call(openAccount, { owner: 'a', balance: 1 })
  expect(outcome).toMatchObject({ ok: false })
  await bank.close()
})
