import { ref } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import { entity } from '../entity/entity.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import { belongsTo, hasMany, hasOne, manyToMany } from './associations.ts'
import { repository } from './repository.ts'

const id = z.string()
const Customer = entity('shop.Customer', { key: 'id', fields: { id, name: z.string() } })
const Profile = entity('shop.Profile', { key: 'id', fields: { id, customer: ref(Customer), text: z.string() } })
const Product = entity('shop.Product', { key: 'sku', fields: { sku: z.int(), cents: z.int() }, softDelete: true })
const Order = entity('shop.Order', {
  key: 'id',
  fields: { id, customer: ref(Customer), gift: ref(Customer).optional() },
})
const Item = entity('shop.Item', { key: 'id', fields: { id, order: ref(Order), product: ref(Product) } })
const Tag = entity('shop.Tag', { key: 'id', fields: { id } })
const Tagging = entity('shop.Tagging', { key: 'id', fields: { id, order: ref(Order), tag: ref(Tag) } })
const Employee = entity('shop.Employee', {
  key: 'id',
  fields: { id, manager: id.optional() },
  references: { manager: { to: 'self', onDelete: 'setNull' } },
})

const Products = repository(Product)
const Items = repository(Item)
const Orders = repository(Order, {
  items: hasMany(Items, 'order'),
  tags: manyToMany(Tag, { through: Tagging, from: 'order', to: 'tag' }),
})
const Customers = repository(Customer, { orders: hasMany(Orders, 'customer'), profile: hasOne(Profile, 'customer') })
const Employees = repository(Employee, { boss: belongsTo(Employee, 'manager'), reports: hasMany(Employee, 'manager') })
const all = [Customer, Profile, Product, Order, Item, Tag, Tagging, Employee]

/** A store whose reads are counted. */
async function open(): Promise<{ store: TestStore; reads: string[] }> {
  const reads: string[] = []
  const count = (database: Database): Database => ({
    ...database,
    find(table, tenant, query) {
      reads.push(table.name)
      return database.find(table, tenant, query)
    },
    read(table, tenant, keys) {
      reads.push(table.name)
      return database.read(table, tenant, keys)
    },
  })
  const intercept = <T>(_port: string, service: T): T => count(service as Database) as T
  return { store: await openTestStore(all, { ports: { intercept } }), reads }
}

async function fill(store: TestStore): Promise<void> {
  const unit = store.unit()
  const [customers, orders, items] = [store.use(Customers, unit), store.use(Orders, unit), store.use(Items, unit)]
  for (const name of ['ada', 'bob', 'eve']) customers.insert({ id: name, name })
  store.use(repository(Profile), unit).insert({ id: 'p', customer: 'ada', text: 'First' })
  for (const sku of [1, 2]) store.use(Products, unit).insert({ sku, cents: sku * 100 })
  orders.insert({ id: 'o1', customer: 'ada', gift: 'eve' })
  orders.insert({ id: 'o2', customer: 'ada' })
  orders.insert({ id: 'o3', customer: 'bob' })
  items.insert({ id: 'i1', order: 'o1', product: 1 })
  items.insert({ id: 'i2', order: 'o1', product: 2 })
  items.insert({ id: 'i3', order: 'o3', product: 1 })
  for (const tag of ['red', 'urgent']) store.use(repository(Tag), unit).insert({ id: tag })
  store.use(repository(Tagging), unit).insert({ id: 't', order: 'o1', tag: 'urgent' })
  await unit.commit()
}

test('records come with what lies behind them along paths, typed, a statement for each level', async () => {
  const { store, reads } = await open()
  await using _ = store
  await fill(store)
  reads.length = 0
  const found = await store.use(Customers, store.unit({ mode: 'command' })).find({
    with: { orders: { items: { product: true }, tags: true }, profile: true },
  })
  expect(reads).toEqual([
    'shop.Customer',
    'shop.Order',
    'shop.Item',
    'shop.Product',
    'shop.Tagging',
    'shop.Tag',
    'shop.Profile',
  ])
  const [ada, bob, eve] = found.records
  expect(ada!.orders.map(({ items }) => items.map(({ product }) => product.cents))).toEqual([[100, 200], []])
  expect(ada!.orders[0]!.tags).toEqual([{ id: 'urgent' }])
  expect([ada!.profile?.text, bob!.profile]).toEqual(['First', undefined])
  expect(eve!.orders).toEqual([])
  expect(Object.isFrozen(ada!.orders[0]!.items)).toBe(true)
})

test('a reference that is empty leads nowhere, and an optional one to its record', async () => {
  const { store } = await open()
  await using _ = store
  await fill(store)
  const { records } = await store.use(Orders, store.unit()).find({ with: { gift: true, customer: true } })
  expect(records.map(({ customer, gift }) => [customer.name, gift?.name])).toEqual([
    ['ada', 'eve'],
    ['ada', undefined],
    ['bob', undefined],
  ])
})

test('from an item one comes to its order and to the customer to whom that belongs', async () => {
  const { store } = await open()
  await using _ = store
  await fill(store)
  const items = store.use(Items, store.unit())
  const item = await items.getOrThrow('i1')
  expect((await items.follow(item, 'order', 'customer')).name).toBe('ada')
  const orders = store.use(Orders, store.unit())
  await expect(async () => orders.follow(await orders.getOrThrow('o2'), 'gift')).rejects.toMatchObject({
    code: 'NotFound',
    message: 'There is no gift of shop.Order with the key o2.',
  })
})

test('a record that came along a path can be changed, and what is not committed is on the path too', async () => {
  const { store } = await open()
  await using _ = store
  await fill(store)
  const unit = store.unit()
  const orders = store.use(Orders, unit)
  const order = (await orders.get('o1', { with: { items: true, customer: true } }))!
  store.use(Customers, unit).update(order.customer, { name: 'Ada' })
  store.use(Items, unit).delete(order.items[0]!)
  store.use(Items, unit).insert({ id: 'i4', order: 'o1', product: 2 })
  orders.update(order, { gift: 'bob' })
  const again = await orders.getOrThrow('o1', { with: { items: true, customer: true, gift: true } })
  expect([again.customer.name, again.gift?.id, again.items.map((item) => item.id)]).toEqual([
    'Ada',
    'bob',
    ['i2', 'i4'],
  ])
  await unit.commit()
})

test('a record may belong to another of its own kind', async () => {
  const { store } = await open()
  await using _ = store
  const unit = store.unit()
  const employees = store.use(Employees, unit)
  employees.insert({ id: 'ann' })
  employees.insert({ id: 'bob', manager: 'ann' })
  await unit.commit()
  const { records } = await store.use(Employees, store.unit()).find({ with: { boss: true, reports: true } })
  expect(records.map(({ boss, reports }) => [boss?.id, reports.map((report) => report.id)])).toEqual([
    [undefined, ['bob']],
    ['ann', []],
  ])
})

test('a path that nobody declared is refused with what to write', async () => {
  const { store } = await open()
  await using _ = store
  await fill(store)
  const items = store.use(Items, store.unit())
  await expect(async () => items.find({ with: { colour: true } as never })).rejects.toThrow('there is no way "colour"')
})

test('100,000 records three levels deep take one statement for each level', async () => {
  const { store, reads } = await open()
  await using _ = store
  const order = (index: number) => `o${index}`
  for (let batch = 0; batch < 10; batch++) {
    const unit = store.unit()
    const [customers, orders, items] = [store.use(Customers, unit), store.use(Orders, unit), store.use(Items, unit)]
    if (batch === 0) for (let sku = 0; sku < 50; sku++) store.use(Products, unit).insert({ sku, cents: sku })
    for (let index = 0; index < 100; index++) {
      const customer = `c${batch}-${index}`
      customers.insert({ id: customer, name: customer })
      for (let number = 0; number < 10; number++) {
        const own = order((batch * 100 + index) * 10 + number)
        orders.insert({ id: own, customer })
        for (let item = 0; item < 10; item++)
          items.insert({ id: `${own}/${item}`, order: own, product: (item * 7) % 50 })
      }
    }
    await unit.commit()
  }
  reads.length = 0
  const query = store.unit({ mode: 'command' })
  const { records } = await store
    .use(Customers, query)
    .find({ limit: 1000, with: { orders: { items: { product: true } } } })
  expect(reads).toEqual(['shop.Customer', 'shop.Order', 'shop.Item', 'shop.Product'])
  const items = records.flatMap(({ orders }) => orders.flatMap((own) => own.items))
  expect(items).toHaveLength(100_000)
  expect(items.every(({ id: key, product }) => product.cents === (Number(key.split('/')[1]) * 7) % 50)).toBe(true)
}, 60_000)
