import { command, type InputFor, ref } from '@heddle/core'
import { z } from 'zod'
import { repository } from '../repository/repository.ts'
import { entity, type RecordOf } from './entity.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const assert = <_T extends true>() => undefined

const Account = entity('bank.Account', {
  key: 'id',
  fields: {
    id: z.uuid(),
    owner: z.string(),
    note: z.string().optional(),
    closed: z.date().nullable(),
    balance: z.int().default(0),
  },
  indexes: [{ fields: ['owner'], unique: true }],
})
const Accounts = repository(Account)

assert<
  Equal<
    RecordOf<typeof Account>,
    {
      readonly id: string
      readonly owner: string
      readonly closed: Date | null
      readonly balance: number
      readonly note?: string | undefined
    }
  >
>()

// @ts-expect-error an index names a field of the entity
entity('bank.Bad', { key: 'id', fields: { id: z.string() }, indexes: [{ fields: ['colour'] }] })
// @ts-expect-error the key is a field of the entity
entity('bank.Bad', { key: 'no', fields: { id: z.string() } })

export const transferMoney = command('bank.TransferMoney', {
  input: z.object({ from: ref(Account), to: ref(Account), cents: z.int().positive() }),
  output: z.object({ balance: z.int() }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  uses: [Accounts],
  async run({ input: { from, to, cents }, fail, ctx }) {
    assert<Equal<typeof from, RecordOf<typeof Account>>>()
    if (cents > from.balance) return fail.InsufficientFunds({ missing: cents - from.balance })
    const accounts = ctx.use(Accounts)
    const { balance } = accounts.update(from, { balance: from.balance - cents })
    accounts.update(to, { balance: to.balance + cents })

    accounts.insert({ owner: 'Ada', closed: null })
    accounts.insert({ id: 'given', owner: 'Ada', closed: null, balance: 3 })
    // @ts-expect-error the owner is missing
    accounts.insert({ closed: null })
    // @ts-expect-error there is no such field
    accounts.insert({ owner: 'Ada', closed: null, colour: 'red' })
    // @ts-expect-error a balance is a number
    accounts.update(to, { balance: '1' })
    // @ts-expect-error the key cannot change
    accounts.update(to, { id: 'other' })
    // @ts-expect-error records are not changed in place
    to.balance = 1
    // @ts-expect-error a key of this entity is text
    accounts.get(7)

    const { records, next } = await accounts.find({
      where: {
        owner: { prefix: 'A' },
        balance: { gt: 3, lte: 9 },
        closed: null,
        or: [{ note: 'x' }, { not: { note: null } }],
      },
      orderBy: { balance: 'desc' },
      limit: 10,
    })
    assert<Equal<typeof records, readonly RecordOf<typeof Account>[]>>()
    assert<Equal<typeof next, string | undefined>>()
    // @ts-expect-error a balance is compared with a number
    await accounts.find({ where: { balance: 'a' } })
    // @ts-expect-error there is no such field
    await accounts.find({ where: { colour: 'a' } })
    // @ts-expect-error there is no such field to order by
    await accounts.find({ orderBy: { colour: 'asc' } })
    return { balance }
  },
})

assert<Equal<InputFor<typeof transferMoney>, { from: string; to: string; cents: number }>>()
