import { z } from 'zod'
import {
  app,
  command,
  contract,
  type ErrorsOf,
  type Failure,
  type Outcome,
  port,
  stream,
  type SystemFailure,
} from '../index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_Holds extends true>() => undefined

const Mailer = port<{ send(to: string): Promise<number> }>('mail.Mailer')
const Other = port<{ other(): void }>('mail.Other')

const notify = command('bank.NotifyOwner', {
  input: z.object({ owner: z.string(), at: z.string().default('now') }),
  output: z.object({ sent: z.boolean() }),
  errors: { NoAddress: z.object({ owner: z.string() }) },
  uses: [Mailer],
  async run({ input, fail, ctx }) {
    is<Equal<typeof input, { owner: string; at: string }>>()
    if (input.owner === '') return fail.NoAddress({ owner: input.owner })
    const sent = await ctx.use(Mailer).send(input.owner)
    is<Equal<typeof sent, number>>()
    // @ts-expect-error a port that is not listed in `uses`
    ctx.use(Other)
    // @ts-expect-error an error that is not declared
    fail.Unknown({})
    // @ts-expect-error data of another type
    fail.NoAddress({ owner: 1 })
    return { sent: sent > 0 }
  },
})

const unrelated = command('bank.Unrelated', { input: z.string(), output: z.string(), run: ({ input }) => input })

export const transfer = command('bank.TransferMoney', {
  input: z.object({ cents: z.int() }),
  output: z.object({ state: z.enum(['done', 'waiting']) }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  calls: [notify],
  async run({ input, call, fail }) {
    const value = await call(notify, { owner: 'ada' })
    is<Equal<typeof value, { sent: boolean }>>()
    const outcome = await call.try(notify, { owner: 'ada' })
    if (!outcome.ok) {
      for (const error of outcome.errors)
        if (error.code === 'NoAddress') is<Equal<typeof error.data, { owner: string }>>()
    }
    // @ts-expect-error a command that is not listed in `calls`
    await call(unrelated, 'x')
    // @ts-expect-error an input of another type
    await call(notify, { owner: 5 })
    if (input.cents > 5) throw fail.InsufficientFunds({ missing: 1 })
    return { state: 'done' }
  },
})

is<
  Equal<
    ErrorsOf<typeof transfer>,
    Failure<'InsufficientFunds', { missing: number }> | Failure<'NoAddress', { owner: string }>
  >
>()

// @ts-expect-error the returned value does not fit the output type
command('bank.Wrong', { input: z.string(), output: z.object({ n: z.int() }), run: ({ input }) => ({ n: input }) })

const rows = command('bank.Rows', {
  input: z.object({}),
  output: stream(z.object({ row: z.int() }), z.object({ rows: z.int() })),
  async *run() {
    yield { row: 1 }
    return { rows: 1 }
  },
})

const Even = contract('math.IsEven', { input: z.int(), output: z.boolean() })
const Odd = contract('math.IsOdd', { input: z.int(), output: z.boolean() })
export const isEven = Even.implement({
  calls: [Odd],
  run: async ({ input, call }) => input === 0 || (await call(Odd, input - 1)),
})
export const isOdd = Odd.implement({
  calls: [Even],
  run: async ({ input, call }) => input !== 0 && (await call(Even, input - 1)),
})

command('bank.PayOut', {
  input: z.object({ cents: z.int() }),
  output: z.object({}),
  errors: { NotCovered: z.object({}), Closed: z.object({}) },
  errorExamples: { NotCovered: { cents: 5 } },
  run({ input, fail }) {
    is<Equal<typeof input, { cents: number }>>()
    return input.cents > 4 ? fail.NotCovered({}) : {}
  },
})
command('bank.PayIn', {
  input: z.object({ cents: z.int() }),
  output: z.object({}),
  errors: { Closed: z.object({}) },
  // @ts-expect-error an input of another type
  errorExamples: { Closed: { cents: 'five' } },
  run: ({ fail }) => fail.Closed({}),
})
command('bank.PayBack', {
  input: z.object({ cents: z.int() }),
  output: z.object({}),
  errors: { Closed: z.object({}) },
  // @ts-expect-error an error that is not declared
  errorExamples: { Open: { cents: 5 } },
  run: ({ fail }) => fail.Closed({}),
})

export async function callers() {
  const bank = await app('bank', { parts: [transfer, notify, rows] }).open()
  const outcome = await bank.call(transfer, { cents: 1 })
  is<
    Equal<
      typeof outcome,
      Outcome<
        { state: 'done' | 'waiting' },
        Failure<'InsufficientFunds', { missing: number }> | Failure<'NoAddress', { owner: string }>
      >
    >
  >()
  if (outcome.ok) is<Equal<typeof outcome.value.state, 'done' | 'waiting'>>()
  else {
    const [error] = outcome.errors
    if (error?.code === 'InsufficientFunds') is<Equal<typeof error.data, { missing: number }>>()
    const known:
      | Failure<'InsufficientFunds', { missing: number }>
      | Failure<'NoAddress', { owner: string }>
      | SystemFailure = error!
    void known
  }
  // @ts-expect-error a field is missing
  await bank.call(transfer, {})
  for await (const item of bank.stream(rows, {})) is<Equal<typeof item, { row: number }>>()
}
