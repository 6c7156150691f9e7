import { app, command, entity, event, http, repository, sqlite } from 'heddle'
import { webSocket } from 'heddle/live'
import { workflow } from 'heddle/workflow'
import { z } from 'zod'

const Order = entity('store.Order', {
  key: 'id',
  fields: { id: z.string(), item: z.string(), cents: z.int64(), placedAt: z.date() },
})
const Orders = repository(Order)

export const OrderPlaced = event('store.OrderPlaced', {
  summary: 'Somebody ordered something',
  data: z.object({ id: z.string(), placedAt: z.date() }),
  access: 'store:read',
})

export const placeOrder = command('store.PlaceOrder', {
  summary: 'Order something',
  input: z.object({ id: z.string(), item: z.string().min(1), cents: z.int64() }),
  output: z.object({ placedAt: z.date() }),
  errors: { SoldOut: z.object({ again: z.date() }) },
  access: 'store:order',
  uses: [Orders],
  emits: [OrderPlaced],
  run({ input, ctx, emit, fail }) {
    if (input.item === 'loom') return fail.SoldOut({ again: new Date('2027-01-01') })
    const placedAt = new Date(ctx.clock.now())
    ctx.use(Orders).insert({ ...input, placedAt })
    emit(OrderPlaced, { id: input.id, placedAt })
    return { placedAt }
  },
})

export const listOrders = command('store.ListOrders', {
  kind: 'query',
  summary: 'List the orders',
  input: z.object({}),
  output: z.array(z.object({ id: z.string(), item: z.string(), cents: z.int64(), placedAt: z.date() })),
  access: 'store:read',
  uses: [Orders],
  run: async ({ ctx }) => [...(await ctx.use(Orders).find()).records],
})

export const deliver = workflow('store.Deliver', {
  summary: 'Bring an order to its door',
  input: z.object({ id: z.string() }),
  output: z.object({ by: z.string() }),
  access: 'store:order',
  signals: { arrived: z.object({ by: z.string() }) },
  async run({ signal }) {
    const { by } = await signal('arrived')
    return { by }
  },
})

const people = new Map([['Bearer ann', { id: 'ann', permissions: ['store:*'] }]])

export const surface = http({
  port: 0,
  authenticate: (request) => people.get(request.header('authorization') ?? ''),
  mounts: [webSocket()],
})

export default app('store', { parts: [placeOrder, listOrders, deliver, surface], database: sqlite() })
