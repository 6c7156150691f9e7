import { app, command, type OpenApp, ref } from '@heddle/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { hasMany, hasOne, manyToMany } from '../repository/associations.ts'
import { repository } from '../repository/repository.ts'
import { usualDatabase } from '../testing/test-store.ts'
import { autocrud } from './autocrud.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-autocrud-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0

const Customer = entity('shop.Customer', {
  key: 'id',
  fields: { id: z.string(), name: z.string(), age: z.int().optional() },
  softDelete: true,
})
const Tag = entity('shop.Tag', { key: 'id', fields: { id: z.string() } })
const Order = entity('shop.Order', {
  key: 'id',
  fields: { id: z.uuid(), number: z.int(), customer: ref(Customer), seller: ref(Customer).optional() },
  references: { seller: { onDelete: 'setNull' } },
  versions: true,
})
const Item = entity('shop.Item', {
  key: 'id',
  fields: {
    id: z.uuid(),
    order: ref(Order),
    product: z.string(),
    quantity: z.int().min(1).default(1),
    note: z.string().optional(),
  },
  references: { order: { onDelete: 'cascade' } },
  indexes: [{ fields: ['order', 'product'], unique: true }],
  versions: true,
})
const Scan = entity('shop.Scan', {
  key: 'code',
  fields: { code: z.string(), item: ref(Item) },
  references: { item: { onDelete: 'cascade' } },
})
const Tagging = entity('shop.Tagging', {
  key: 'id',
  fields: { id: z.uuid(), order: ref(Order), tag: ref(Tag) },
  references: { order: { onDelete: 'cascade' } },
})

const Items = repository(Item, { scans: hasMany(Scan, 'item') })
const Orders = repository(Order, {
  items: hasMany(Items, 'order'),
  tags: manyToMany(Tag, { through: Tagging, from: 'order', to: 'tag' }),
})
const Customers = repository(Customer, {
  orders: hasMany(Orders, 'customer'),
  sales: hasMany(Orders, 'seller'),
  last: hasOne(Orders, 'customer'),
})

const tags = autocrud(Tag, { access: 'public', only: ['create', 'get'] })
const items = autocrud(Items, { access: 'public', only: ['find', 'count'] })
const customers = autocrud(Customers, {
  access: 'public',
  only: ['create', 'get', 'delete', 'find', 'count', 'restore', 'purge'],
  with: { orders: { items: true } },
  lists: ['sales'],
})
const orders = autocrud(Orders, {
  access: 'public',
  parts: { items: { scans: true } },
  with: { customer: true, tags: true },
  lists: ['items', 'tags'],
})

const declared = app('shop', { parts: [tags, items, customers, orders], database: usualDatabase() })
let shop: OpenApp
beforeEach(async () => {
  const folder = join(root, `${folders++}`)
  shop = await declared.open({ folder })
  for (const id of ['red', 'urgent']) await shop.callOrThrow(tags.create, { id })
  await shop.callOrThrow(customers.create, { id: 'ada', name: 'Ada', age: 36 })
  await shop.callOrThrow(customers.create, { id: 'bob', name: 'Bob' })
  return () => shop.close()
})

const keyOf = (outcome: { ok: boolean; errors?: readonly { key: string }[] }) => outcome.errors?.[0]?.key
const order = async (number: number, customer = 'ada') =>
  shop.callOrThrow(orders.create, {
    number,
    customer,
    items: [{ product: 'pen', quantity: 2, scans: [{ code: `s${number}` }] }, { product: 'ink' }],
  })
const products = (list: readonly { product: string }[]) => list.map(({ product }) => product).toSorted()

test('a filter joins others by and, or and not, on a search and on a count', async () => {
  for (const number of [1, 2, 3, 4]) await order(number, number < 3 ? 'ada' : 'bob')
  const where = { or: [{ number: { lt: 2 } }, { and: [{ customer: 'bob' }, { not: { number: 3 } }] }] }
  const { records } = await shop.callOrThrow(orders.find, { where, orderBy: { number: 'asc' } })
  expect(records.map(({ number }) => number)).toEqual([1, 4])
  expect(await shop.callOrThrow(orders.count, { where })).toEqual({ count: 2 })
  expect(await shop.callOrThrow(orders.count, {})).toEqual({ count: 4 })
  const text = { where: { or: [{ number: '1' }, { not: { number: { gte: '3' } } }] } }
  expect(await shop.callByName('shop.CountOrders', text, { from: 'text' })).toEqual({ ok: true, value: { count: 2 } })
  const wrong = await shop.callByName('shop.FindOrders', { where: { or: [{ colour: 1 }] } }, { from: 'json' })
  expect(keyOf(wrong)).toBe('data/where/or/0:UnrecognizedKeys')
  await shop.callOrThrow(customers.delete, { id: 'bob' })
  expect(await shop.callOrThrow(customers.count, {})).toEqual({ count: 1 })
  expect(await shop.callOrThrow(customers.count, { withDeleted: true })).toEqual({ count: 2 })
})

test('an entity and its parts are created, read, changed and deleted as one', async () => {
  const made = await order(1)
  expect(made).toMatchObject({ number: 1, version: 1, customer: 'ada' })
  expect(products(made.items)).toEqual(['ink', 'pen'])
  const pen = made.items.find(({ product }) => product === 'pen')!
  expect(pen).toMatchObject({ quantity: 2, version: 1, scans: [{ code: 's1', item: pen.id }] })
  expect(await shop.callOrThrow(orders.get, { id: made.id })).toEqual(made)

  const { order: _order, version: _version, ...same } = pen
  const scans = [{ code: 's1' }, { code: 's2' }]
  const changes = {
    items: [
      { ...same, scans },
      { product: 'gum', quantity: 3, note: 'mint' },
    ],
  }
  const changed = await shop.callOrThrow(orders.update, { id: made.id, ifVersion: 1, changes })
  expect(products(changed.items)).toEqual(['gum', 'pen'])
  expect(changed).toMatchObject({ version: 2, number: 1 })
  // A part that is the same was not written.
  const kept = changed.items.find(({ id }) => id === pen.id)!
  expect(kept).toMatchObject({ version: 1, quantity: 2 })
  expect(kept.scans.map(({ code }) => code)).toEqual(['s1', 's2'])
  const gum = changed.items.find(({ product }) => product === 'gum')!
  const again = await shop.callOrThrow(orders.update, {
    id: made.id,
    changes: { items: [{ id: gum.id, product: 'gum' }] },
  })
  expect(again.items).toEqual([{ id: gum.id, order: made.id, product: 'gum', quantity: 1, version: 2, scans: [] }])

  const stale = { id: made.id, ifVersion: 1, changes: { items: [] } }
  expect(keyOf(await shop.call(orders.update, stale))).toBe('runtime:VersionOutdated')
  // Parts that are left out stay.
  const renumbered = await shop.callOrThrow(orders.update, { id: made.id, changes: { number: 7 } })
  expect(renumbered).toMatchObject({ number: 7, items: again.items })
  expect(await shop.callOrThrow(orders.delete, { id: made.id })).toEqual(renumbered)
  expect(await shop.callOrThrow(items.count, {})).toEqual({ count: 0 })
})

test('what is wrong with a part is an error at its path, and nothing of the whole is written', async () => {
  const values = { number: 1, customer: 'ada' }
  const create = async (parts: object) => keyOf(await shop.callByName('shop.CreateOrder', { ...values, ...parts }))
  expect(await create({ items: [{ product: 'pen' }, { product: 'ink', quantity: 0 }] })).toBe(
    'data/items/1/quantity:TooSmall',
  )
  expect(await create({ items: [{ product: 'pen' }, { product: 'pen' }] })).toBe('runtime:NotUnique')
  const id = '0197b5a0-0000-7000-8000-000000000001'
  const twice = [
    { product: 'pen', id },
    { product: 'ink', id },
  ]
  expect(await create({ items: twice })).toMatch(/^data\/items:/)
  expect(await shop.callOrThrow(orders.count, {})).toEqual({ count: 0 })
  const first = await order(1)
  const second = await order(2)
  // A part of another owner cannot be taken over.
  const [foreign] = first.items
  const { order: _order, version: _version, ...part } = foreign!
  const taken = await shop.call(orders.update, { id: second.id, changes: { items: [part] } })
  expect(keyOf(taken)).toBe('runtime:NotUnique')
})

test('callers load along the paths that were opened, and along no others', async () => {
  const { id } = await order(1)
  await shop.callOrThrow(orders.appendTags, { id, keys: ['urgent'] })
  expect(await shop.callOrThrow(orders.get, { id })).toMatchObject({ customer: 'ada' })
  const got = await shop.callOrThrow(orders.get, { id, with: { customer: true, tags: true } })
  expect(got).toMatchObject({ customer: { id: 'ada', name: 'Ada' }, tags: [{ id: 'urgent' }], items: [{}, {}] })
  const found = await shop.callByName(
    'shop.FindCustomers',
    { with: { orders: { items: 'true' } }, where: { name: { prefix: 'A' } } },
    { from: 'text' },
  )
  expect(found).toMatchObject({ ok: true, value: { records: [{ id: 'ada', orders: [{ id, items: [{}, {}] }] }] } })
  const closed = await shop.callByName('shop.GetOrder', { id, with: { seller: true } }, { from: 'json' })
  expect(keyOf(closed)).toBe('data/with:UnrecognizedKeys')
})

test('records are appended to a list and removed from it', async () => {
  const { id, items: before } = await order(1)
  const added = await shop.callOrThrow(orders.appendItems, { id, records: [{ product: 'gum' }, { product: 'cap' }] })
  expect(added.records).toMatchObject([{ product: 'gum', order: id }, { product: 'cap' }])
  const removed = await shop.callOrThrow(orders.removeItems, { id, keys: [before[0]!.id, added.records[0]!.id] })
  expect(removed.records).toHaveLength(2)
  const { items: left } = await shop.callOrThrow(orders.get, { id })
  expect(products(left)).toEqual(products([before[1]!, added.records[1]!]))

  const other = await order(2)
  const foreign = await shop.call(orders.removeItems, { id, keys: [left[0]!.id, other.items[0]!.id] })
  expect(keyOf(foreign)).toBe('data/keys/1:NotFound')
  expect(keyOf(await shop.call(orders.appendItems, { id: other.items[0]!.id, records: [{ product: 'x' }] }))).toBe(
    'data/id:NotFound',
  )
  // What need not belong to anybody only loses the reference.
  const sold = await shop.callOrThrow(customers.appendSales, { id: 'bob', records: [{ number: 9, customer: 'ada' }] })
  const { records } = await shop.callOrThrow(customers.removeSales, { id: 'bob', keys: [sold.records[0]!.id] })
  expect(records).toEqual([{ id: sold.records[0]!.id, number: 9, customer: 'ada', version: 2 }])
})

test('a joining entity connects what is there, once, and takes the connection away', async () => {
  const { id } = await order(1)
  const append = async (...keys: string[]) => (await shop.callOrThrow(orders.appendTags, { id, keys })).records
  expect(await append('red', 'red')).toEqual([{ id: 'red' }])
  expect(await Promise.all([append('red', 'urgent'), append('urgent')])).toSatisfy(
    (added: object[][]) => added.flat().length === 1,
  )
  expect(keyOf(await shop.call(orders.appendTags, { id, keys: ['none'] }))).toBe('data/keys/0:NotFound')
  expect(await shop.callOrThrow(orders.removeTags, { id, keys: ['red'] })).toEqual({ records: [{ id: 'red' }] })
  expect(keyOf(await shop.call(orders.removeTags, { id, keys: ['urgent', 'red'] }))).toBe('data/keys/1:NotFound')
  expect((await shop.callOrThrow(orders.get, { id, with: { tags: true } })).tags).toEqual([{ id: 'urgent' }])
  expect(await shop.callOrThrow(tags.get, { id: 'red' })).toEqual({ id: 'red' })
})

test('what was deleted softly is brought back, or removed for good', async () => {
  await shop.callOrThrow(customers.delete, { id: 'bob' })
  expect(await shop.callOrThrow(customers.restore, { id: 'bob' })).toEqual({ id: 'bob', name: 'Bob' })
  expect(await shop.callOrThrow(customers.get, { id: 'bob' })).toEqual({ id: 'bob', name: 'Bob' })
  expect(await shop.callOrThrow(customers.purge, { id: 'bob' })).toEqual({ id: 'bob', name: 'Bob' })
  expect(keyOf(await shop.call(customers.restore, { id: 'bob' }))).toBe('data:NotFound')
  await order(1)
  expect(keyOf(await shop.call(customers.purge, { id: 'ada' }))).toBe('runtime:StillReferenced')
})

test('the manifest says what the commands take, give and may fail with', () => {
  const sections = shop.manifest.parts['command'] as Record<string, { input: object; output: object }>
  expect(
    Object.keys(sections)
      .filter((name) => name.includes('Order'))
      .toSorted(),
  ).toMatchInlineSnapshot(`
    [
      "shop.AppendOrderItems",
      "shop.AppendOrderTags",
      "shop.CountOrders",
      "shop.CreateOrder",
      "shop.DeleteOrder",
      "shop.FindOrders",
      "shop.GetOrder",
      "shop.RemoveOrderItems",
      "shop.RemoveOrderTags",
      "shop.UpdateOrder",
    ]
  `)
  expect(JSON.stringify(sections['shop.CreateOrder']!.input)).toContain('"scans"')
  expect(sections['shop.GetOrder']!.output).toMatchObject({
    'x-record': 'shop.Order',
    properties: { items: { items: { 'x-record': 'shop.Item' } }, seller: { 'x-entity': 'shop.Customer' } },
  })
})

test('parts that would stay, and lists that cannot be written, are refused when they are declared', () => {
  const declare = (options: object) => () => autocrud(Customers, { access: 'public', ...options })
  expect(declare({ parts: { orders: true } })).toThrow("onDelete: 'cascade'")
  expect(declare({ parts: { last: true } })).toThrow('parts are declared with `hasMany`')
  expect(declare({ parts: { none: true } })).toThrow('there is no way "none"')
  expect(declare({ with: { none: true } })).toThrow('there is no way "none"')
  expect(declare({ lists: ['none'] })).toThrow('there is no way "none"')
  expect(declare({ lists: ['last'] })).toThrow('it is no list')
  expect(declare({ lists: ['orders'] })).toThrow('could neither go nor stay')
  expect(declare({ access: { create: 'public' } })).toThrow('nobody may "get"')
  expect(() => autocrud(Tag, { access: 'public', only: ['purge'] })).toThrow('it has no `softDelete: true`')
  const Joined = entity('shop.Joined', {
    key: 'id',
    fields: { id: z.uuid(), order: ref(Order), tag: ref(Tag), why: z.string() },
  })
  const Tagged = repository(Order, { tags: manyToMany(Tag, { through: Joined, from: 'order', to: 'tag' }) })
  expect(() => autocrud(Tagged, { access: 'public', lists: ['tags'] })).toThrow('wants a value for "why"')
})

test('a command that fails after it wrote parts leaves nothing', async () => {
  const fails = command('shop.Fail', {
    input: z.object({}),
    output: z.object({}),
    errors: { Refused: z.object({}) },
    calls: [orders.create],
    access: 'public',
    async run({ call, fail }) {
      await call(orders.create, { number: 1, customer: 'ada', items: [{ product: 'pen' }] })
      return fail.Refused({})
    },
  })
  const open = await app('shop', { parts: [declared.definition.parts, fails].flat(), database: usualDatabase() }).open({
    folder: join(root, `${folders++}`),
  })
  await open.callOrThrow(customers.create, { id: 'ada', name: 'Ada' })
  expect(keyOf(await open.call(fails, {}))).toBe('domain:Refused')
  expect([await open.callOrThrow(orders.count, {}), await open.callOrThrow(items.count, {})]).toEqual([
    { count: 0 },
    { count: 0 },
  ])
  await open.close()
})
