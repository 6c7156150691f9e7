import { redis, redisRecords } from '@heddle/connect'
import { app, cache, command, invalidate, rateLimit } from '@heddle/core'
import { entity, provideRecords, records, repository, sqlite } from '@heddle/data'
import { z } from 'zod'

const Product = entity('shop.Product', { key: 'id', fields: { id: z.string(), cents: z.int() } })
const Products = repository(Product)

/** Answers are kept by all processes together, until the product changes. */
export const readProduct = command('shop.ReadProduct', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ cents: z.int() }),
  access: 'public',
  uses: [Products],
  policies: [rateLimit({ limit: 1000, window: '1m' }), cache({ ttl: '10m', tags: ['product:{id}'] })],
  run: async ({ input, ctx }) => ({ cents: (await ctx.use(Products).getOrThrow(input.id)).cents }),
})

export const setProduct = command('shop.SetProduct', {
  input: z.object({ id: z.string(), cents: z.int() }),
  output: z.boolean(),
  access: 'shop:write',
  uses: [Products],
  policies: [invalidate('product:{id}')],
  async run({ input, ctx }) {
    const products = ctx.use(Products)
    const known = await products.get(input.id)
    if (known) products.update(known, { cents: input.cents })
    else products.insert(input)
    return true
  },
})

/** Baskets are not in the database: they are written often, and one that is lost is no harm. */
const Basket = entity('shop.Basket', {
  key: 'owner',
  fields: { owner: z.string(), items: z.array(z.string()), touched: z.date() },
})
export const Baskets = records(Basket)

export const addToBasket = command('shop.AddToBasket', {
  input: z.object({ owner: z.string(), product: z.string() }),
  output: z.object({ items: z.array(z.string()) }),
  access: 'public',
  uses: [Baskets],
  async run({ input: { owner, product }, ctx }) {
    const baskets = ctx.use(Baskets).of(ctx.tenant)
    const touched = new Date(ctx.clock.now())
    const basket = await baskets.get(owner)
    const items = [...(basket?.items ?? []), product]
    // Whoever wrote it since it was read makes this call end with `NotUnique` or `Conflict`, and nothing is lost.
    if (basket) await baskets.update(basket, { items, touched })
    else await baskets.insert({ owner, items, touched })
    return { items }
  },
})

const server = { url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', prefix: 'shop' }
export default app('shop', {
  database: sqlite(),
  parts: [readProduct, setProduct, addToBasket, redis(server), provideRecords(Baskets, redisRecords(server))],
})
