import { app, command, entity, port, provide, repository, sqlite } from 'heddle'
import { workflow } from 'heddle/workflow'
import { z } from 'zod'

const Stock = entity('orders.Stock', { key: 'item', fields: { item: z.string(), left: z.int() } })
const Stocks = repository(Stock)

/** The bank, which is told each payment under a key and makes it once. */
export const Bank = port<{ charge(key: string, cents: number): Promise<string> }>('orders.Bank')

const order = z.object({ item: z.string(), cents: z.int() })

const reserveItem = command('orders.ReserveItem', {
  input: z.object({ item: z.string() }),
  output: z.object({ left: z.int() }),
  errors: { SoldOut: z.object({ item: z.string() }) },
  uses: [Stocks],
  async run({ input: { item }, ctx, fail }) {
    const stocks = ctx.use(Stocks)
    const stock = await stocks.get(item)
    if (!stock || stock.left === 0) return fail.SoldOut({ item })
    const { left } = stocks.update(stock, { left: stock.left - 1 })
    return { left }
  },
})

const releaseItem = command('orders.ReleaseItem', {
  input: z.object({ item: z.string() }),
  output: z.object({}),
  uses: [Stocks],
  async run({ input: { item }, ctx }) {
    const stocks = ctx.use(Stocks)
    const stock = await stocks.get(item)
    if (stock) stocks.update(stock, { left: stock.left + 1 })
    return {}
  },
})

const chargeCard = command('orders.ChargeCard', {
  input: z.object({ cents: z.int() }),
  output: z.object({ payment: z.string() }),
  uses: [Bank],
  // The key is the same whenever the step is tried again, also by another process.
  run: async ({ input, ctx }) => ({ payment: await ctx.use(Bank).charge(ctx.idempotencyKey!, input.cents) }),
})

/** Reserves, waits for an approval above a limit, and charges. */
export const placeOrder = workflow('orders.PlaceOrder', {
  summary: 'Place an order, and undo what was done when it cannot be completed',
  input: order,
  output: z.object({ payment: z.string() }),
  errors: { NotApproved: z.object({}) },
  access: 'public',
  steps: [reserveItem, releaseItem, chargeCard],
  signals: { approval: z.object({ yes: z.boolean() }) },
  async run({ input: { item, cents }, step, compensate, signal, fail }) {
    await step('reserve', reserveItem, { item })
    compensate('reserve', releaseItem, { item })
    if (cents > 100_000) {
      const approval = await signal('approval', { timeout: '7d' })
      if (!approval?.yes) return fail.NotApproved({})
    }
    return step('charge', chargeCard, { cents })
  },
})

export const fillStock = command('orders.FillStock', {
  input: z.object({ item: z.string(), left: z.int() }),
  output: z.object({}),
  access: 'public',
  uses: [Stocks],
  run({ input, ctx }) {
    ctx.use(Stocks).insert(input)
    return {}
  },
})

export const countStock = command('orders.CountStock', {
  kind: 'query',
  input: z.object({ item: z.string() }),
  output: z.int(),
  access: 'public',
  uses: [Stocks],
  run: async ({ input: { item }, ctx }) => (await ctx.use(Stocks).get(item))?.left ?? 0,
})

export default app('orders', {
  parts: [placeOrder, fillStock, countStock, provide(Bank, { charge: async (key) => `paid ${key.slice(-6)}` })],
  database: sqlite(),
})
