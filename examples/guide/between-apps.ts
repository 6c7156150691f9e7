import { eventsFromRedis, eventsToRedis } from '@heddle/connect'
import { app, command, event } from '@heddle/core'
import { entity, handler, repository, sqlite } from '@heddle/data'
import { z } from 'zod'

const server = { url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' }

/** What both apps know; best in a package that both install. */
export const OrderPlaced = event('shop.OrderPlaced', {
  data: z.object({ order: z.string(), cents: z.int() }),
  key: ({ order }) => order,
})

export const placeOrder = command('shop.PlaceOrder', {
  input: z.object({ order: z.string(), cents: z.int().positive() }),
  output: z.object({}),
  access: 'public',
  emits: [OrderPlaced],
  run({ input, emit }) {
    emit(OrderPlaced, input)
    return {}
  },
})

export const shop = app('shop', {
  database: sqlite(),
  parts: [placeOrder, eventsToRedis(server, { stream: 'shop', events: [OrderPlaced] })],
})

const Invoice = entity('billing.Invoice', { key: 'order', fields: { order: z.string(), cents: z.int() } })
const Invoices = repository(Invoice)

/** Runs in the other app, for each order that is placed in the shop. */
export const writeInvoice = handler('billing.WriteInvoice', {
  on: [OrderPlaced],
  uses: [Invoices],
  run: ({ input: { data }, ctx }) => void ctx.use(Invoices).insert(data),
})

export const readInvoice = command('billing.ReadInvoice', {
  kind: 'query',
  input: z.object({ order: z.string() }),
  output: z.object({ cents: z.int() }).optional(),
  access: 'public',
  uses: [Invoices],
  run: async ({ input, ctx }) => (await ctx.use(Invoices).get(input.order)) ?? undefined,
})

/** Another app with a database of its own, perhaps on another machine. */
export const billing = app('billing', {
  database: sqlite(),
  parts: [
    writeInvoice,
    readInvoice,
    eventsFromRedis(server, { stream: 'shop', group: 'billing', events: [OrderPlaced] }),
  ],
})
export default shop
