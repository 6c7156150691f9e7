import { app, command, type OpenApp, type Random, sqlite } from 'heddle'
import { failEachPortCall, simulate, testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Accounts, openAccount, transferMoney } from './app.ts'

const listBalances = command('bank.ListBalances', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.int()),
  access: 'bank:read',
  uses: [Accounts],
  run: async ({ ctx }) => (await ctx.use(Accounts).find()).records.map(({ balance }) => balance),
})
const bank = app('bank', { parts: [openAccount, transferMoney, listBalances], database: sqlite() })

const ids = ['ada', 'bob', 'cleo', 'dan']
async function openAccounts(open: OpenApp) {
  for (const id of ids) await open.callOrThrow(openAccount, { id, balance: 1000 })
}
async function sumStays(open: OpenApp) {
  const balances = await open.callOrThrow(listBalances, {})
  expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(4000)
}
const anyTransfer = (random: Random) => ({
  from: ids[Math.floor(random.next() * ids.length)]!,
  to: ids[Math.floor(random.next() * ids.length)]!,
  cents: 1 + Math.floor(random.next() * 500),
})

test('a transfer moves money', async () => {
  await using open = await testApp(bank)
  await openAccounts(open)
  const outcome = await open.call(transferMoney, { from: 'ada', to: 'bob', cents: 300 })
  expect(outcome).toEqual({ ok: true, value: { balance: 700 } })
})

test('the sum stays, whatever crashes, is lost or is repeated', { timeout: 60_000 }, async () => {
  await simulate(bank, {
    seeds: 20,
    steps: 20,
    setup: openAccounts,
    workload: (random) => {
      const transfer = anyTransfer(random)
      return (client) => client.call(transferMoney, transfer)
    },
    invariant: sumStays,
  })
})

test('a transfer is whole or not at all, whichever call of a port fails', async () => {
  await failEachPortCall(bank, {
    setup: openAccounts,
    scenario: (client) => client.call(transferMoney, { from: 'ada', to: 'bob', cents: 300 }, { retry: false }),
    check: sumStays,
  })
})
