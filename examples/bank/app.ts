import { app, command, entity, http, ref, repository, sqlite } from 'heddle'
import { z } from 'zod'

const account = z.object({ id: z.string().min(1), balance: z.int().min(0) })
export const Account = entity('bank.Account', { key: 'id', fields: account.shape })
export const Accounts = repository(Account)

export const openAccount = command('bank.OpenAccount', {
  input: account,
  output: account,
  access: 'bank:open',
  examples: [{ id: 'ada', balance: 1000 }],
  uses: [Accounts],
  run: ({ input, ctx }) => ctx.use(Accounts).insert(input),
})

export const transferMoney = command('bank.TransferMoney', {
  input: z.object({ from: ref(Account), to: ref(Account), cents: z.int().positive() }),
  output: z.object({ balance: z.int() }),
  errors: { SameAccount: z.object({}), InsufficientFunds: z.object({ missing: z.int() }) },
  access: 'bank:transfer',
  examples: [{ from: 'ada', to: 'bob', cents: 300 }],
  errorExamples: {
    SameAccount: { from: 'ada', to: 'ada', cents: 300 },
    InsufficientFunds: { from: 'ada', to: 'bob', cents: 100_000 },
  },
  uses: [Accounts],
  run({ input: { from, to, cents }, fail, ctx }) {
    if (from.id === to.id) return fail.SameAccount({})
    if (from.balance < cents) return fail.InsufficientFunds({ missing: cents - from.balance })
    const accounts = ctx.use(Accounts)
    accounts.update(to, { balance: to.balance + cents })
    return accounts.update(from, { balance: from.balance - cents })
  },
})

const tellers = new Map([['Bearer let-me-in', { id: 'ann', permissions: ['bank:*'] }]])

export default app('bank', {
  parts: [
    openAccount,
    transferMoney,
    http({ authenticate: (request) => tellers.get(request.header('authorization') ?? '') }),
  ],
  database: sqlite(),
})
