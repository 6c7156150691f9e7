import { app, command, ref } from '@heddle/core'
import { databaseAt, entity, repository } from '@heddle/data'
import { z } from 'zod'

const account = z.object({ id: z.string(), balance: z.int().default(0) })
const Account = entity('bank.Account', { key: 'id', fields: account.shape })
const Accounts = repository(Account)

export const openAccount = command('bank.OpenAccount', {
  input: account.pick({ id: true }),
  output: account,
  uses: [Accounts],
  run: ({ input, ctx }) => ctx.use(Accounts).insert(input),
})

export const deposit = command('bank.Deposit', {
  input: z.object({ account: ref(Account), cents: z.int().positive() }),
  output: z.object({ balance: z.int() }),
  uses: [Accounts],
  run: ({ input: { account: found, cents }, ctx }) =>
    ctx.use(Accounts).update(found, { balance: found.balance + cents }),
})

/** On the server that DATABASE_URL names, or on a SQLite file while nobody names one. */
export const bankAt = (address: string | undefined) =>
  app('bank', { parts: [openAccount, deposit], database: databaseAt(address) })

export default bankAt(process.env.DATABASE_URL)
