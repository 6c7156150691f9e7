// The classic mistake: read a balance in one command, write the sum in another. Each command is sound by itself; two
// deposits at a time lose one. `simulate` finds it from a seed, and finds it again with that seed.
import { app, command, ref, sqlite } from 'heddle'
import type { Client } from 'heddle/testing'
import { z } from 'zod'
import { Account, Accounts, openAccount } from './app.ts'

const balance = z.object({ balance: z.int() })

export const findAccount = command('bank.FindAccount', {
  kind: 'query',
  input: z.object({ account: ref(Account) }),
  output: balance,
  access: 'bank:read',
  run: ({ input: { account } }) => account,
})

export const setBalance = command('bank.SetBalance', {
  input: z.object({ account: ref(Account), balance: z.int().min(0) }),
  output: balance,
  access: 'bank:deposit',
  uses: [Accounts],
  run: ({ input, ctx }) => ctx.use(Accounts).update(input.account, { balance: input.balance }),
})

/** Adds where the balance is known: in the command's own unit of work. */
export const deposit = command('bank.Deposit', {
  input: z.object({ account: ref(Account), cents: z.int().positive() }),
  output: balance,
  access: 'bank:deposit',
  uses: [Accounts],
  run: ({ input: { account, cents }, ctx }) => ctx.use(Accounts).update(account, { balance: account.balance + cents }),
})

/** Between the two calls somebody else may deposit too, and is forgotten. */
export async function depositCarelessly(client: Pick<Client, 'call'>, account: string, cents: number) {
  const found = await client.call(findAccount, { account })
  return found.ok ? client.call(setBalance, { account, balance: found.value.balance + cents }) : found
}

export default app('bank', { parts: [openAccount, findAccount, setBalance, deposit], database: sqlite() })
