import { command, entity, recordOf, repository } from 'heddle'
import { z } from 'zod'

/** What was ordered, and how far it is. */
export const Order = entity('orders.Order', {
  summary: 'What was ordered, and how far it is',
  key: 'id',
  fields: {
    id: z.string().min(1),
    customer: z.string(),
    cents: z.int().positive(),
    state: z.enum(['placed', 'paid', 'shipped', 'undone']),
    tracking: z.string().optional(),
  },
})
export const Orders = repository(Order)

/** Keeps a new order. */
export const keepOrder = command('orders.KeepOrder', {
  summary: 'Keep a new order',
  input: z.object({ id: z.string().min(1), customer: z.string(), cents: z.int().positive() }),
  output: z.object({}),
  examples: [{ id: 'o-8', customer: 'Ada', cents: 8400 }],
  uses: [Orders],
  run({ input, ctx }) {
    ctx.use(Orders).insert({ ...input, state: 'placed' })
    return {}
  },
})

/** Notes how far an order is. */
export const moveOrder = command('orders.MoveOrder', {
  summary: 'Note how far an order is',
  input: z.object({
    id: z.string(),
    state: z.enum(['paid', 'shipped', 'undone']),
    tracking: z.string().optional(),
  }),
  output: z.object({}),
  examples: [{ id: 'o-8', state: 'shipped', tracking: 'parcel-1' }],
  uses: [Orders],
  async run({ input: { id, ...how }, ctx }) {
    const orders = ctx.use(Orders)
    const order = await orders.get(id)
    if (order) orders.update(order, how)
    return {}
  },
})

/** Lists the orders, a hundred at most. */
export const listOrders = command('orders.ListOrders', {
  kind: 'query',
  summary: 'List the orders',
  input: z.object({}),
  output: z.object({ orders: z.array(recordOf(Order)) }),
  access: 'public',
  examples: [{}],
  uses: [Orders],
  run: async ({ ctx }) => ({ orders: [...(await ctx.use(Orders).find({ limit: 100 })).records] }),
})
