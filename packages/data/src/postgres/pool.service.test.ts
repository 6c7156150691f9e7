import { app, command, memoryLog, ref } from '@heddle/core'
import pg from 'pg'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { postgres } from './postgres.ts'

const Account = entity('bank.Account', { key: 'id', fields: { id: z.string(), balance: z.int() } })
const Accounts = repository(Account)
const input = z.object({ account: ref(Account) })

const openAccount = command('bank.OpenAccount', {
  input: z.object({ id: z.string() }),
  output: z.object({}),
  uses: [Accounts],
  run: ({ input: { id }, ctx }) => (ctx.use(Accounts).insert({ id, balance: 0 }), {}),
})
const readAccount = command('bank.ReadAccount', {
  kind: 'query',
  input,
  output: z.object({ balance: z.int() }),
  run: ({ input: { account } }) => account,
})
const deposit = command('bank.Deposit', {
  input,
  output: z.object({ balance: z.int() }),
  uses: [Accounts],
  run: ({ input: { account }, ctx }) => ctx.use(Accounts).update(account, { balance: account.balance + 1 }),
})

test('hundreds of calls at once share the few connections that an app may have, and all are answered', async () => {
  const url = await freshDatabase()
  const limits = { readers: 2, snapshots: 2, holders: 1 }
  const database = postgres({ url, ...limits })
  const bank = await app('bank', { parts: [openAccount, readAccount, deposit], database }).open({
    ports: { log: memoryLog() },
  })
  const ids = Array.from({ length: 10 }, (_, index) => `account ${index}`)
  for (const id of ids) await bank.callOrThrow(openAccount, { id })

  const watcher = new pg.Client(url)
  await watcher.connect()
  let most = 0
  let watching = true
  const watched = (async () => {
    while (watching) {
      const { rows } = await watcher.query<{ count: number }>(
        'SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      most = Math.max(most, rows[0]!.count)
    }
  })()
  const calls = Array.from({ length: 300 }, (_, index) => {
    const account = ids[index % ids.length]!
    return index % 3 ? bank.call(readAccount, { account }) : bank.call(deposit, { account })
  })
  expect((await Promise.all(calls)).filter(({ ok }) => !ok)).toEqual([])
  watching = false
  await watched
  await watcher.end()

  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(limits.readers + limits.snapshots + limits.holders + 5)
  const balances = await Promise.all(ids.map((account) => bank.callOrThrow(readAccount, { account })))
  expect(balances).toEqual(ids.map(() => ({ balance: 10 })))
  await bank.close()
}, 60_000)
