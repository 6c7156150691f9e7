import { fetchHandler, memoryIo, type OpenApp, runCli } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import declared, { customers, orders, placeOrder, products, showSales, whoOrdered } from './entities.ts'

let folder: string
let shop: OpenApp
let ada: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-entities-'))
  shop = await declared.open({ folder })
  ada = (await shop.callOrThrow(customers.create, { email: 'ada@example.com', name: 'Ada' })).id
  await shop.callOrThrow(customers.create, { email: 'bob@example.com', name: 'Bob' })
  await shop.callOrThrow(products.create, { sku: 'pen', cents: 150, stock: 10 })
  await shop.callOrThrow(products.create, { sku: 'ink', cents: 900 })
})
afterEach(async () => {
  await shop.close()
  rmSync(folder, { recursive: true })
})

const order = async (number: number, items: { product: string; quantity: number }[]) =>
  shop.call(placeOrder, { customer: ada, number, items })
const keyOf = (outcome: { ok: boolean; errors?: readonly { key: string }[] }) => outcome.errors?.[0]?.key

test('records are loaded along paths, and an item leads to its customer', async () => {
  expect(await order(1, [{ product: 'pen', quantity: 2 }])).toMatchObject({ ok: true })
  expect(await shop.callOrThrow(showSales, {})).toEqual([
    { name: 'Ada', cents: 300 },
    { name: 'Bob', cents: 0 },
  ])
  expect(keyOf(await shop.call(whoOrdered, { item: ada }))).toBe('data/item:NotFound')
})

test('hooks and constraints keep the stock, and each failure says what it is about', async () => {
  await order(1, [{ product: 'pen', quantity: 4 }])
  expect((await shop.callOrThrow(products.get, { sku: 'pen' })).stock).toBe(6)
  expect(keyOf(await order(2, [{ product: 'pen', quantity: 7 }]))).toBe('runtime/stock:ConstraintBroken')
  expect(keyOf(await order(1, [{ product: 'pen', quantity: 1 }]))).toBe('runtime:NotUnique')
  expect(keyOf(await order(3, [{ product: 'gum', quantity: 1 }]))).toBe('data:NotFound')
  expect(keyOf(await shop.call(products.create, { sku: 'pen', cents: 0 }))).toBe('runtime:ConstraintBroken')
  const { records } = await shop.callOrThrow(orders.find, {})
  expect(records.map(({ number }) => number)).toEqual([1])
})

test('what is deleted goes with its items; a customer is deleted softly', async () => {
  await order(1, [{ product: 'pen', quantity: 4 }])
  const [placed] = (await shop.callOrThrow(orders.find, { where: { number: 1 } })).records
  await shop.callOrThrow(orders.delete, { id: placed!.id })
  expect(await shop.callOrThrow(showSales, {})).toMatchObject([{ cents: 0 }, { cents: 0 }])
  await shop.callOrThrow(customers.delete, { id: ada })
  expect(keyOf(await shop.call(customers.get, { id: ada }))).toBe('data/id:NotFound')
  const found = await shop.callOrThrow(customers.find, { where: { name: 'Ada' }, withDeleted: true })
  expect(found.records).toMatchObject([{ id: ada, deletedAt: expect.any(Date) }])
})

test('an update names the version that it is about', async () => {
  const { version } = await shop.callOrThrow(products.get, { sku: 'ink' })
  const change = { sku: 'ink', changes: { stock: 3 }, ifVersion: version }
  expect(await shop.callOrThrow(products.update, change)).toMatchObject({ stock: 3, version: version + 1 })
  expect(keyOf(await shop.call(products.update, change))).toBe('runtime:VersionOutdated')
})

test('the commands of an entity work over HTTP, with their filters in the query', async () => {
  const handle = fetchHandler(shop, { authenticate: () => ({ id: 'clerk', permissions: ['shop:serve'] }) })
  const ask = async (path: string, body?: object) => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const answer = await handle(new Request(`http://localhost${path}`, init))
    return { status: answer.status, body: (await answer.json()) as never }
  }
  const cheap = await ask('/shop/FindProducts?where.cents.lt=500&where.stock=10&orderBy.sku=desc&limit=5')
  expect(cheap).toMatchObject({ status: 200, body: { records: [{ sku: 'pen', version: 1 }] } })
  expect(await ask('/shop/FindProducts?where.colour=red')).toMatchObject({ status: 400 })
  expect(await ask('/shop/CreateCustomer', { email: 'ada@example.com', name: 'Again' })).toMatchObject({ status: 409 })
  expect(await ask('/shop/UpdateCustomer', { id: ada, changes: { name: 'Ada L.' } })).toMatchObject({
    status: 200,
    body: { name: 'Ada L.' },
  })
  expect(await ask('/shop/CreateProduct', { sku: 'gum', cents: 1 })).toMatchObject({ status: 403 })
})

test('an order is changed with its items, tagged, and read with what the caller asks for', async () => {
  await order(1, [{ product: 'pen', quantity: 2 }])
  const [placed] = (await shop.callOrThrow(orders.find, { where: { or: [{ number: 1 }, { paid: true }] } })).records
  const [item] = placed!.items
  const items = [
    { id: item!.id, product: 'pen', quantity: 2 },
    { product: 'ink', quantity: 1 },
  ]
  const refused = await shop.call(orders.update, { id: placed!.id, changes: { items } })
  expect(keyOf(refused)).toBe('runtime/stock:ConstraintBroken')
  const { id } = placed!
  const changed = await shop.callOrThrow(orders.update, {
    id,
    changes: { paid: true, items: [items[0]!, { product: 'pen', quantity: 3 }] },
  })
  expect(changed).toMatchObject({ paid: true, items: [item, { quantity: 3, order: id }] })
  expect(await shop.callOrThrow(orders.count, { where: { not: { paid: false } } })).toEqual({ count: 1 })
  expect(keyOf(await shop.call(orders.appendTags, { id, keys: ['gift'] }))).toBe('data/keys/0:NotFound')
  expect(await shop.callOrThrow(orders.get, { id, with: { customer: true, tags: true } })).toMatchObject({
    customer: { name: 'Ada' },
    tags: [],
  })
})

test('the commands of an entity work on the command line', async () => {
  await shop.close()
  const io = memoryIo()
  const code = await runCli(declared, {
    argv: ['shop.FindProducts', '--where.sku.prefix', 'p', '--json'],
    io,
    open: { folder },
  })
  expect([code, JSON.parse(io.text())]).toMatchObject([0, { value: { records: [{ sku: 'pen' }] } }])
  shop = await declared.open({ folder })
})
