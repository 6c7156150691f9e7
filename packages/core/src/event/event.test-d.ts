import { z } from 'zod'
import { command, contract, type DataOf, event } from '../index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_Holds extends true>() => undefined

const Paid = event('bank.Paid', { data: z.object({ cents: z.int(), at: z.date().default(new Date(0)) }) })
const Closed = event('bank.Closed', { data: z.object({ id: z.string() }), key: ({ id }) => id })
is<Equal<DataOf<typeof Paid>, { cents: number; at: Date }>>()

event('bank.Keyed', {
  data: z.object({ id: z.string() }),
  // @ts-expect-error a field that the data does not have
  key: ({ other }) => other,
})

export const pay = command('bank.Pay', {
  input: z.object({}),
  output: z.object({}),
  emits: [Paid],
  run({ emit }) {
    emit(Paid, { cents: 1 })
    // @ts-expect-error an event that is not listed in `emits`
    emit(Closed, { id: 'a' })
    // @ts-expect-error data of another type
    emit(Paid, { cents: '1' })
    return {}
  },
})

export const idle = command('bank.Idle', {
  input: z.object({}),
  output: z.object({}),
  run({ emit }) {
    // @ts-expect-error a command that emits nothing
    emit(Paid, { cents: 1 })
    return {}
  },
})

export const close = contract('bank.Close', { input: z.string(), output: z.object({}) }).implement({
  emits: [Closed],
  run({ input, emit }) {
    emit(Closed, { id: input })
    return {}
  },
})
