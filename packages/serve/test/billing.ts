import { app, command, error, sensitive, stream } from '@heddle/core'
import { z } from 'zod'
import { http } from '../src/index.ts'

/** What a test sees of what the other app does. */
export const seen: { keys: (string | undefined)[]; ended: string[]; items: number; calls: number } = {
  keys: [],
  ended: [],
  items: 0,
  calls: 0,
}
const charges = new Map<string, number>()

export const charge = command('billing.Charge', {
  summary: 'Charge an account',
  input: z.object({ account: z.string().min(2), cents: z.int().positive(), on: z.date().optional() }),
  output: z.object({ receipt: z.string(), at: z.date(), total: z.bigint() }),
  errors: {
    Refused: error(z.object({ account: z.string(), since: z.date() }), { message: '{account} is blocked' }),
    Busy: error(z.object({}), { retry: { afterMs: 1 }, category: 'runtime' }),
  },
  access: 'billing:charge',
  examples: [{ account: 'acme', cents: 5 }],
  run({ input, fail, ctx }) {
    seen.keys.push(ctx.idempotencyKey)
    seen.calls++
    if (input.account === 'blocked') return fail.Refused({ account: input.account, since: new Date(0) })
    if (input.account === 'busy' && seen.calls < 3) return fail.Busy({})
    if (input.account === 'broken') throw new Error('the printer is on fire')
    charges.set(input.account, (charges.get(input.account) ?? 0) + input.cents)
    return { receipt: `r-${seen.calls}`, at: input.on ?? new Date(0), total: BigInt(charges.get(input.account)!) }
  },
})

export const charged = command('billing.Charged', {
  kind: 'query',
  input: z.object({ account: z.string() }),
  output: z.object({ cents: z.int() }),
  access: 'public',
  run: ({ input, ctx }) => {
    seen.calls++
    ctx.progress({ done: 1, total: 2 })
    return { cents: charges.get(input.account) ?? 0 }
  },
})

export const around = command('billing.Around', {
  kind: 'query',
  input: z.object({}),
  output: z.object({
    principal: z.string().optional(),
    tenant: z.string(),
    traceId: z.string(),
    leftMs: z.number().optional(),
  }),
  access: 'public',
  run: ({ ctx }) => ({
    principal: ctx.principal?.id,
    tenant: ctx.tenant,
    traceId: ctx.traceId,
    leftMs: ctx.deadline === undefined ? undefined : ctx.deadline - ctx.clock.now(),
  }),
})

export const wait = command('billing.Wait', {
  input: z.object({}),
  output: z.null(),
  access: 'public',
  async run({ ctx }) {
    seen.calls++
    const ended = (why: string) => void seen.ended.push(why)
    ctx.signal.addEventListener('abort', () => ended('cancelled'))
    ctx.progress({ done: 0 })
    await ctx.sleep(60_000)
    return null
  },
})

export const statements = command('billing.Statements', {
  kind: 'query',
  input: z.object({ from: z.date(), count: z.int(), breakAt: z.int().optional() }),
  output: stream(z.object({ day: z.date(), cents: z.bigint() }), z.object({ days: z.int() })),
  errors: { NoSuchDay: z.object({ day: z.date() }) },
  access: 'public',
  async *run({ input: { from, count, breakAt }, fail, ctx }) {
    ctx.signal.addEventListener('abort', () => void seen.ended.push('cancelled'))
    for (let day = 0; day < count; day++) {
      if (day === breakAt) return fail.NoSuchDay({ day: from })
      seen.items++
      yield { day: new Date(from.getTime() + day * 86_400_000), cents: BigInt(day) }
    }
    return { days: count }
  },
})

export const nested = command('billing.Refund', {
  input: z.object({ account: z.string(), secret: sensitive(z.string()).optional() }),
  output: z.null(),
  access: 'public',
  calls: [charge],
  async run({ input, call }) {
    await call(charge, { account: input.account, cents: 1 })
    return null
  },
})

const users = new Map([
  ['Bearer service', { id: 'shop-service', permissions: ['billing:*'], tenants: ['*'] }],
  ['Bearer north', { id: 'north', permissions: [], tenant: 'north', tenants: ['main'] }],
  ['Bearer ann', { id: 'ann', permissions: [] }],
])

/** An app that others call. */
export const billing = (port = 0, more: readonly object[] = []) => {
  const surface = http({
    port,
    authenticate: (request) => users.get(request.header('authorization') ?? ''),
    openApi: false,
  })
  const declared = app('billing', {
    parts: [charge, charged, around, wait, statements, nested, surface, ...(more as [])],
    tenancy: 'shared',
  })
  return { declared, surface }
}
