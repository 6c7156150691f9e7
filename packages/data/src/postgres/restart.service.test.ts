import { app, command, memoryLog, ref, sleep, systemTimers } from '@heddle/core'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startPostgres } from '../../../../scripts/services/postgres.ts'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { postgres } from './postgres.ts'

const Account = entity('bank.Account', { key: 'id', fields: { id: z.string(), balance: z.int() } })
const Entry = entity('bank.Entry', { key: 'id', fields: { id: z.string(), account: z.string(), cents: z.int() } })
const Accounts = repository(Account)
const Entries = repository(Entry)

const deposit = command('bank.Deposit', {
  input: z.object({ account: ref(Account), cents: z.int().positive(), entry: z.string() }),
  output: z.object({ balance: z.int() }),
  access: 'public',
  uses: [Accounts, Entries],
  run({ input: { account, cents, entry }, ctx }) {
    ctx.use(Entries).insert({ id: entry, account: account.id, cents })
    return ctx.use(Accounts).update(account, { balance: account.balance + cents })
  },
})

const openAccount = command('bank.OpenAccount', {
  input: z.object({ id: z.string() }),
  output: z.object({}),
  access: 'public',
  uses: [Accounts],
  run({ input: { id }, ctx }) {
    ctx.use(Accounts).insert({ id, balance: 0 })
    return {}
  },
})

const accounts = ['ada', 'bob', 'cleo', 'dan', 'eve']
/** Each calls again as soon as it is answered, which is far more than 200 calls a second. */
const clients = 20

test('a server that stops and starts under load costs no effect and doubles none', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-restart-'))
  const server = await startPostgres()
  const bank = await app('bank', { parts: [openAccount, deposit], database: postgres(server.url('postgres')) }).open({
    folder,
    root: folder,
    ports: { log: memoryLog() },
  })
  const { transactions } = bank.ports
  if (!(transactions instanceof DataTransactions)) throw new TypeError('the app has no database')
  for (const id of accounts) await bank.callOrThrow(openAccount, { id })
  let missed = 0
  const back = new Promise<void>((resolve) => {
    void bank.ports.notices.subscribe('after', () => resolve(), { missed: () => missed++ })
  })

  let stopping = false
  let answered = 0
  const refused: unknown[] = []
  const acknowledged = new Map<string, { account: string; cents: number }>()
  /** Calls until it is answered, always with the same key. */
  const depositOnce = async (account: string, cents: number) => {
    const entry = randomUUID()
    for (;;) {
      const outcome = await bank.call(deposit, { account, cents, entry }, { idempotencyKey: entry })
      if (outcome.ok) break
      refused.push(...outcome.errors.map(({ code, retry }) => ({ code, retry })))
      await sleep(systemTimers, 10)
    }
    acknowledged.set(entry, { account, cents })
    answered++
  }
  const client = async (number: number) => {
    for (let turn = number; !stopping; turn++) await depositOnce(accounts[turn % accounts.length]!, 1 + (turn % 7))
  }
  const load = Array.from({ length: clients }, (_, number) => client(number))
  const until = async (condition: () => boolean) => {
    while (!condition()) await sleep(systemTimers, 5)
  }

  await until(() => answered > 200)
  for (let outage = 0; outage < 2; outage++) {
    const refusedBefore = refused.length
    await server.stop()
    await until(() => refused.length > refusedBefore + 2 * clients)
    const answeredBefore = answered
    await server.start()
    await until(() => answered > answeredBefore + 200)
  }
  stopping = true
  await Promise.all(load)

  expect(new Set(refused.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify({ code: 'Unavailable', retry: { afterMs: 1000 } })]),
  )
  const unit = transactions.begin({ mode: 'query', tenant: 'main' })
  const reader = await unit.reader()
  const entries = await reader.query('main', {
    parts: ['SELECT id, account, cents FROM ', { table: Entry.table }, ' e'],
  })
  expect(new Map(entries.map(({ id, account, cents }) => [id, { account, cents }]))).toEqual(acknowledged)
  for (const id of accounts) {
    const [row] = await reader.read(Account.table, 'main', [id])
    const own = [...acknowledged.values()].filter(({ account }) => account === id)
    expect(row![2]).toBe(own.reduce((sum, { cents }) => sum + cents, 0))
  }
  unit.rollback()

  await until(() => missed > 0)
  await bank.ports.notices.publish('after', '')
  await back
  await bank.close()
  await server.remove()
  rmSync(folder, { recursive: true, force: true })
})
