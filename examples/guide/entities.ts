import { app, command, ref } from '@heddle/core'
import { autocrud, entity, hasMany, manyToMany, repository, sqlite } from '@heddle/data'
import { z } from 'zod'

/** A deleted customer stays, with the time in `deletedAt`, and can be restored. */
export const Customer = entity('shop.Customer', {
  key: 'id',
  fields: { id: z.uuid(), email: z.email(), name: z.string().min(1) },
  indexes: [{ fields: ['email'], unique: true }],
  softDelete: true,
})

/** `createdAt` and `updatedAt` come from the clock, `version` grows with each update. */
export const Product = entity('shop.Product', {
  key: 'sku',
  fields: { sku: z.string(), cents: z.int(), stock: z.int().default(0) },
  checks: {
    enoughStock: { field: 'stock', holds: ({ stock }) => stock >= 0, message: 'There is not that much left.' },
    notFree: ({ cents }) => cents > 0,
  },
  timestamps: true,
  versions: true,
})
export const Products = repository(Product)

/** The field `customer` holds the key of a customer that must be there. */
export const Order = entity('shop.Order', {
  key: 'id',
  fields: { id: z.uuid(), customer: ref(Customer), number: z.int(), paid: z.boolean().default(false) },
  indexes: [{ fields: ['number'], unique: true }],
})

/** Items go with their order. A hook takes from the stock what is ordered, in the same unit of work. */
export const Item = entity('shop.Item', {
  key: 'id',
  fields: { id: z.uuid(), order: ref(Order), product: ref(Product), quantity: z.int().min(1) },
  references: { order: { onDelete: 'cascade' } },
  uses: [Products],
  hooks: {
    async afterInsert({ product, quantity }, { use }) {
      const products = use(Products)
      const found = await products.getOrThrow(product)
      products.update(found, { stock: found.stock - quantity })
    },
  },
})

export const Tag = entity('shop.Tag', { key: 'name', fields: { name: z.string() } })
export const Tagging = entity('shop.Tagging', {
  key: 'id',
  fields: { id: z.uuid(), order: ref(Order), tag: ref(Tag) },
  references: { order: { onDelete: 'cascade' } },
})

/** References lead to the record that they name; repositories declare the ways back. */
export const Items = repository(Item)
export const Taggings = repository(Tagging)
export const Orders = repository(Order, {
  items: hasMany(Items, 'order'),
  tags: manyToMany(Tag, { through: Taggings, from: 'order', to: 'tag' }),
})
export const Customers = repository(Customer, { orders: hasMany(Orders, 'customer') })

export const placeOrder = command('shop.PlaceOrder', {
  summary: 'Order products',
  input: z.object({
    customer: ref(Customer),
    number: z.int(),
    items: z.array(z.object({ product: z.string(), quantity: z.int().min(1) })).min(1),
  }),
  output: z.object({ id: z.uuid() }),
  access: 'public',
  uses: [Orders, Items],
  run({ input: { customer, number, items }, ctx }) {
    const { id } = ctx.use(Orders).insert({ customer: customer.id, number })
    for (const item of items) ctx.use(Items).insert({ order: id, ...item })
    return { id }
  },
})

export const showSales = command('shop.ShowSales', {
  kind: 'query',
  summary: 'What each customer ordered',
  input: z.object({}),
  output: z.array(z.object({ name: z.string(), cents: z.int() })),
  access: 'public',
  uses: [Customers],
  async run({ ctx }) {
    // Four statements, however many customers, orders and items there are.
    const { records } = await ctx.use(Customers).find({
      orderBy: { name: 'asc' },
      with: { orders: { items: { product: true } } },
    })
    return records.map(({ name, orders }) => {
      const items = orders.flatMap((order) => order.items)
      return { name, cents: items.reduce((sum, { product, quantity }) => sum + product.cents * quantity, 0) }
    })
  },
})

export const whoOrdered = command('shop.WhoOrdered', {
  kind: 'query',
  summary: 'The customer to whom an item belongs',
  input: z.object({ item: ref(Item) }),
  output: z.object({ name: z.string() }),
  access: 'public',
  uses: [Items],
  async run({ input, ctx }) {
    const { name } = await ctx.use(Items).follow(input.item, 'order', 'customer')
    return { name }
  },
})

/** Six commands for each entity: shop.CreateCustomer, shop.GetCustomer, shop.UpdateCustomer … */
export const customers = autocrud(Customer, { access: 'shop:serve' })
export const products = autocrud(Product, {
  access: { create: 'shop:stock', get: 'public', update: 'shop:stock', find: 'public' },
  only: ['create', 'get', 'update', 'find'],
})
/** An order is read and changed with its items. Callers may ask for its customer and tags, and tag it. */
export const orders = autocrud(Orders, {
  access: 'shop:serve',
  only: ['get', 'update', 'delete', 'find', 'count'],
  parts: { items: true },
  with: { customer: true, tags: true },
  lists: ['tags'],
})

export default app('shop', {
  parts: [placeOrder, showSales, whoOrdered, customers, products, orders],
  database: sqlite(),
})
