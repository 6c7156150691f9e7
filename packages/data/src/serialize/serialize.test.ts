import { app, command, ref, sensitive } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { hasMany } from '../repository/associations.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { aggregate, atomic, recordKey, listOf, recordStore, type Serializer } from './index.ts'

const Customer = entity('shop.Customer', {
  key: 'id',
  fields: { id: z.string(), name: z.string(), token: sensitive(z.string()) },
})
const Order = entity('shop.Order', { key: 'id', fields: { id: z.string(), customer: ref(Customer) } })
const Item = entity('shop.Item', { key: 'id', fields: { id: z.string(), order: ref(Order), at: z.date() } })
const Items = repository(Item)
const Orders = repository(Order, { items: hasMany(Items, 'order') })
const Customers = repository(Customer)

const fill = command('shop.Fill', {
  input: z.object({}),
  output: z.void(),
  uses: [Orders, Items, Customers],
  run({ ctx }) {
    ctx.use(Customers).insert({ id: 'ada', name: 'Ada', token: 't' })
    for (const id of ['o1', 'o2']) ctx.use(Orders).insert({ id, customer: 'ada' })
    for (const id of ['i1', 'i2']) ctx.use(Items).insert({ id, order: 'o1', at: new Date(0) })
  },
})
const findOrders = command('shop.FindOrders', {
  kind: 'query',
  input: z.object({}),
  // With its customer inside, as a command may well have it.
  output: z.array(z.unknown()),
  uses: [Orders],
  run: async ({ ctx }) => [...(await ctx.use(Orders).find({ with: { customer: true } })).records],
})
type FoundOrder = { readonly id: string; readonly customer: string }

/** A command that tells of a record, or of all, in one way. */
const told = <Given, Told>(name: string, serializer: Serializer<Given, Told>, give: (orders: FoundOrder[]) => Given) =>
  command(`shop.${name}`, {
    kind: 'query',
    input: z.object({}),
    output: serializer.type,
    calls: [findOrders],
    uses: serializer.uses,
    async run({ call, ctx }) {
      return serializer.map(give((await call(findOrders, {})) as FoundOrder[]), ctx) as never
    },
  })
const all = (orders: FoundOrder[]) => orders
const first = ([order]: FoundOrder[]) => order!
const ways = {
  Key: told('Key', recordKey(Orders), first),
  Keys: told('Keys', listOf(recordKey(Orders)), all),
  Atoms: told('Atoms', listOf(atomic(Orders)), all),
  Whole: told('Whole', aggregate(Orders), first),
  Wholes: told('Wholes', listOf(aggregate(Orders)), all),
  Alone: told('Alone', aggregate(Orders, { depth: 1 }), first),
  Store: told('Store', recordStore(Orders), all),
}

const shop = await app('shop', {
  parts: [fill, findOrders, ways],
  database: sqlite().simulated!(),
}).open({ mode: 'development' })
beforeAll(async () => {
  await shop.start()
  await shop.callOrThrow(fill, {})
})
afterAll(() => shop.close())
const tell = (name: keyof typeof ways) => shop.callOrThrow(ways[name], {}) as Promise<unknown>

const order = (id: string) => ({ id, customer: 'ada' })
const ada = { id: 'ada', name: 'Ada', token: 't' }
const items = ['i1', 'i2'].map((id) => ({ id, order: 'o1', at: new Date(0) }))

test('a record is told by its key, alone or in a list', async () => {
  expect(await tell('Key')).toBe('o1')
  expect(await tell('Keys')).toEqual(['o1', 'o2'])
})

test('a record is told by itself, with keys where others were loaded', async () => {
  expect(await tell('Atoms')).toEqual([order('o1'), order('o2')])
})

test('a record is told with those around it, in a list too', async () => {
  expect(await tell('Whole')).toEqual({ id: 'o1', customer: ada, items })
  expect(await tell('Wholes')).toEqual([
    { id: 'o1', customer: ada, items },
    { id: 'o2', customer: ada, items: [] },
  ])
  expect(await tell('Alone')).toEqual(order('o1'))
})

test('records are told as a flat store, each once and without secrets', async () => {
  expect(await tell('Store')).toEqual({
    'shop.Order': { o1: order('o1'), o2: order('o2') },
    'shop.Customer': { ada: { id: 'ada', name: 'Ada' } },
    'shop.Item': { i1: items[0], i2: items[1] },
  })
})

test('the types tell where records stand', () => {
  const { output } = shop.manifest.parts.command!['shop.Whole'] as { output: { properties: Record<string, object> } }
  expect(output).toMatchObject({
    'x-record': 'shop.Order',
    properties: { items: { items: { 'x-record': 'shop.Item' } } },
  })
  // What is sensitive does not leave, however deep it lies.
  expect(JSON.stringify(output)).not.toContain('token')
})
