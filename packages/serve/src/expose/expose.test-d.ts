import { app, command, type ErrorsOf, type Failure, type InputFor, type ValueOf } from '@heddle/core'
import { z } from 'zod'
import { expose } from './expose.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_Holds extends true>() => undefined

const pay = command('bank.Pay', {
  input: z.object({ cents: z.int() }),
  output: z.object({ balance: z.int() }),
  errors: { Missing: z.object({ cents: z.int() }), Closed: z.object({}) },
  run: () => ({ balance: 1 }),
})

export const same = expose(pay, { as: 'api.Pay', access: 'public' })
is<Equal<typeof same.name, 'api.Pay'>>()
is<Equal<InputFor<typeof same>, { cents: number }>>()
is<Equal<ValueOf<typeof same>, { balance: number }>>()
is<Equal<ErrorsOf<typeof same>, ErrorsOf<typeof pay>>>()

export const euros = expose(pay, {
  version: 1,
  access: 'bank:pay',
  input: {
    type: z.object({ euros: z.number() }),
    map: (input) => {
      is<Equal<typeof input, { euros: number }>>()
      return { cents: input.euros * 100 }
    },
  },
  result: { type: z.string(), map: ({ balance }) => String(balance) },
  errors: {
    Missing: {
      as: 'NoMoney',
      type: z.object({ euros: z.number() }),
      map: (data) => {
        is<Equal<typeof data, { cents: number }>>()
        return { euros: data.cents / 100 }
      },
    },
  },
  respond: (outcome) => (outcome.ok ? { headers: { 'x-balance': outcome.value } } : undefined),
})
is<Equal<typeof euros.name, `bank.PayV${number}`>>()
is<Equal<InputFor<typeof euros>, { euros: number }>>()
is<Equal<ValueOf<typeof euros>, string>>()
is<Equal<ErrorsOf<typeof euros>, Failure<'Closed', Record<string, never>> | Failure<'NoMoney', { euros: number }>>>()

export async function callers() {
  const bank = await app('bank', { parts: [euros] }).open()
  // @ts-expect-error the input of the command behind
  await bank.call(euros, { cents: 1 })
}

// @ts-expect-error an input that the command behind does not take
expose(pay, { as: 'api.B', access: 'public', input: { type: z.object({}), map: () => ({ dollars: 1 }) } })
// @ts-expect-error an error that it does not declare
expose(pay, { as: 'api.C', access: 'public', errors: { Nope: { as: 'No' } } })
