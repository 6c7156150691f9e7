import { type Port, ref, systemFailure } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type AnyEntity, entity } from '../entity/entity.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import type { DataUnit } from '../unit/data-unit.ts'
import { repository } from './repository.ts'

const id = z.string()
const Customer = entity('shop.Customer', {
  key: 'id',
  fields: { id, name: z.string().default('') },
  softDelete: true,
})
const Product = entity('shop.Product', {
  key: 'id',
  fields: { id, stock: z.int(), cents: z.int().default(1) },
  checks: {
    enoughStock: { field: 'stock', holds: ({ stock }) => stock >= 0, message: 'There is not that much left.' },
    positive: ({ cents }) => cents > 0,
  },
  timestamps: true,
  versions: true,
})
const Products = repository(Product)
const Order = entity('shop.Order', { key: 'id', fields: { id, customer: ref(Customer) } })
const Note = entity('shop.Note', {
  key: 'id',
  fields: { id, order: ref(Order).optional() },
  references: { order: { onDelete: 'setNull' } },
})
const Item = entity('shop.Item', {
  key: 'id',
  fields: { id, order: ref(Order), product: ref(Product), quantity: z.int() },
  references: { order: { onDelete: 'cascade' } },
  uses: [Products],
  hooks: {
    beforeInsert: (values, { refuse }) => (values.quantity > 100 ? refuse('tooMany', 'quantity') : values),
    async afterInsert({ product, quantity }, { use }) {
      const products = use(Products)
      const found = await products.getOrThrow(product)
      products.update(found, { stock: found.stock - quantity })
    },
    beforeUpdate: ({ patch }) => ({ ...patch, quantity: Math.max(1, patch.quantity ?? 1) }),
    async afterDelete({ product, quantity }, { use }) {
      const products = use(Products)
      const found = await products.getOrThrow(product)
      products.update(found, { stock: found.stock + quantity })
    },
  },
})
const Items = repository(Item)
const Orders = repository(Order)
const Customers = repository(Customer)
const Notes = repository(Note)

const time = createVirtualTime(Date.UTC(2030, 0, 1))
let store: TestStore
beforeEach(async () => {
  store = await openTestStore([Customer, Product, Order, Note, Item], { ports: { clock: time.clock } })
  await committed((unit) => {
    store.use(Customers, unit).insert({ id: 'ada' })
    store.use(Products, unit).insert({ id: 'pen', stock: 10 })
    store.use(Orders, unit).insert({ id: 'o', customer: 'ada' })
    store.use(Notes, unit).insert({ id: 'n', order: 'o' })
    store.use(Items, unit).insert({ id: 'i', order: 'o', product: 'pen', quantity: 3 })
  })
})
afterEach(() => store.close())

async function committed<T>(work: (unit: DataUnit) => T | Promise<T>): Promise<T> {
  const unit = store.unit()
  try {
    const value = await work(unit)
    await unit.commit()
    return value
  } finally {
    unit.rollback()
  }
}
const stockOf = async (key: string) => (await store.use(Products, store.unit()).getOrThrow(key)).stock

test('a broken constraint is a failure that names it, its entity, the key and the field', async () => {
  const broken = committed(async (unit) => {
    const products = store.use(Products, unit)
    products.update(await products.getOrThrow('pen'), { stock: -1 })
  })
  await expect(broken).rejects.toMatchObject({
    code: 'ConstraintBroken',
    key: 'runtime/stock:ConstraintBroken',
    data: { entity: 'shop.Product', key: 'pen', constraint: 'enoughStock' },
    message: 'There is not that much left.',
  })
  const inserted = committed((unit) => store.use(Products, unit).insert({ id: 'ink', stock: 1, cents: 0 }))
  await expect(inserted).rejects.toMatchObject({
    key: 'runtime:ConstraintBroken',
    message: 'The shop.Product ink would break its constraint "positive".',
  })
})

test('a reference to a record that is not there is refused at commit, with its field', async () => {
  const dangling = committed((unit) => store.use(Orders, unit).insert({ id: 'x', customer: 'nobody' }))
  await expect(dangling).rejects.toMatchObject({
    code: 'MissingReference',
    path: ['customer'],
    data: { entity: 'shop.Order', key: 'x', target: 'shop.Customer', targetKey: 'nobody' },
  })
  const changed = committed(async (unit) => {
    const orders = store.use(Orders, unit)
    orders.update(await orders.getOrThrow('o'), { customer: 'nobody' })
  })
  await expect(changed).rejects.toMatchObject({ code: 'MissingReference' })
  await committed((unit) => {
    store.use(Orders, unit).insert({ id: 'x', customer: 'new' })
    store.use(Customers, unit).insert({ id: 'new' })
  })
})

test('an overlay sees a missing reference at its merge, so that call.try does', async () => {
  const unit = store.unit()
  const overlay = unit.overlay()
  store.use(Orders, overlay).insert({ id: 'x', customer: 'nobody' })
  await expect((async () => overlay.merge())()).rejects.toMatchObject({ code: 'MissingReference' })
  const good = unit.overlay()
  store.use(Orders, good).insert({ id: 'y', customer: 'ada' })
  await good.merge()
  await unit.commit()
  expect(await store.use(Orders, store.unit()).get('y')).toBeDefined()
})

test('what is referred to cannot be removed while nobody said what becomes of the rest', async () => {
  const removed = committed(async (unit) => {
    const products = store.use(Products, unit)
    products.delete(await products.getOrThrow('pen'))
  })
  await expect(removed).rejects.toMatchObject({
    code: 'StillReferenced',
    data: { entity: 'shop.Product', key: 'pen', by: 'shop.Item', field: 'product' },
  })
  const unit = store.unit()
  const overlay = unit.overlay()
  const products = store.use(Products, overlay)
  products.delete(await products.getOrThrow('pen'))
  await expect((async () => overlay.merge())()).rejects.toMatchObject({ code: 'StillReferenced' })
  unit.rollback()
})

test('a removal takes along what belongs to the record, empties other references, and runs hooks', async () => {
  await committed(async (unit) => {
    const orders = store.use(Orders, unit)
    orders.delete(await orders.getOrThrow('o'))
  })
  const unit = store.unit()
  expect(await store.use(Items, unit).get('i')).toBeUndefined()
  expect(await store.use(Notes, unit).getOrThrow('n')).toEqual({ id: 'n' })
  expect(await stockOf('pen')).toBe(10)
})

test('of a removal and a new reference that race, one is told why it lost', async () => {
  await committed((unit) => store.use(Customers, unit).insert({ id: 'bob' }))
  const attempts = await Promise.allSettled([
    committed((unit) => store.use(Orders, unit).insert({ id: 'late', customer: 'bob' })),
    committed(async (unit) => {
      const customers = store.use(Customers, unit)
      customers.purge(await customers.getOrThrow('bob'))
    }),
  ])
  const lost = attempts.flatMap((attempt) =>
    attempt.status === 'rejected' ? [(attempt.reason as { code: string }).code] : [],
  )
  expect(lost).toHaveLength(1)
  expect(['MissingReference', 'StillReferenced']).toContain(lost[0])
})

test('hooks run in the unit of work: one after the other, undone with it, and their failure ends it', async () => {
  await committed((unit) => {
    const items = store.use(Items, unit)
    items.insert({ id: 'i2', order: 'o', product: 'pen', quantity: 2 })
    items.insert({ id: 'i3', order: 'o', product: 'pen', quantity: 5 })
  })
  expect(await stockOf('pen')).toBe(0)
  const tooMuch = committed((unit) =>
    store.use(Items, unit).insert({ id: 'i4', order: 'o', product: 'pen', quantity: 1 }),
  )
  await expect(tooMuch).rejects.toMatchObject({ data: { constraint: 'enoughStock' } })
  expect(await store.use(Items, store.unit()).get('i4')).toBeUndefined()
  const refused = committed((unit) =>
    store.use(Items, unit).insert({ id: 'i5', order: 'o', product: 'pen', quantity: 101 }),
  )
  await expect(refused).rejects.toMatchObject({ path: ['quantity'], data: { constraint: 'tooMany' } })
  const changed = await committed(async (unit) => {
    const items = store.use(Items, unit)
    return items.update(await items.getOrThrow('i'), { quantity: -7 })
  })
  expect(changed.quantity).toBe(1)
})

test('a hook uses only what its entity lists, and hooks that call each other for ever are stopped', async () => {
  const Loop = entity('shop.Loop', {
    key: 'id',
    fields: { id: z.uuid() },
    hooks: { afterInsert: (_record, { use }) => void use(Products) },
  })
  const again: Port<{ insert(values: object): unknown }> = {
    kind: 'port',
    name: 'shop.Again',
    external: false,
    bind: (scope) => repository(Echo as typeof Loop).bind!(scope),
  }
  const Echo: AnyEntity = entity('shop.Echo', {
    key: 'id',
    fields: { id: z.uuid() },
    uses: [again],
    hooks: { afterInsert: (_record, { use }) => void use(again).insert({}) },
  })
  await using other = await openTestStore([Loop, Echo])
  const unlisted = other.unit()
  other.use(repository(Loop), unlisted).insert({})
  await expect((async () => unlisted.commit())()).rejects.toMatchObject({ code: 'UndeclaredUse' })
  const endless = other.unit()
  other.use(repository(Echo as typeof Loop), endless).insert({})
  await expect((async () => endless.commit())()).rejects.toMatchObject({
    code: 'LimitReached',
    data: { name: 'hooks.run' },
  })
})

test('a record that was deleted softly is not found, not read and not referred to by inputs, until it is restored', async () => {
  const at = new Date(time.clock.now())
  await committed(async (unit) => {
    const customers = store.use(Customers, unit)
    customers.delete(await customers.getOrThrow('ada'))
  })
  const unit = store.unit()
  const customers = store.use(Customers, unit)
  expect(await customers.get('ada')).toBeUndefined()
  expect((await customers.find({ where: { name: '' } })).records).toEqual([])
  expect(await customers.getMany(['ada'])).toEqual([undefined])
  const scope = { ...unit, unit } as never
  expect(await Customer.load(scope, ['ada'])).toEqual([undefined])
  expect((await customers.find({ withDeleted: true })).records).toEqual([{ id: 'ada', name: '', deletedAt: at }])
  // Its orders still belong to it.
  const { records } = await store.use(Orders, unit).find({ with: { customer: true } })
  expect(records[0]!.customer.deletedAt).toEqual(at)
  customers.restore((await customers.get('ada', { withDeleted: true }))!)
  expect(await customers.get('ada')).toEqual({ id: 'ada', name: '' })
  await unit.commit()
  const purged = committed(async (other) => {
    const again = store.use(Customers, other)
    again.purge(await again.getOrThrow('ada'))
  })
  await expect(purged).rejects.toMatchObject({ code: 'StillReferenced' })
})

test('timestamps come from the clock and versions grow; an outdated version is refused', async () => {
  const created = await store.use(Products, store.unit()).getOrThrow('pen')
  expect(created).toMatchObject({ version: 2, createdAt: new Date(Date.UTC(2030, 0, 1)) })
  await time.advance(1000)
  const changed = await committed(async (unit) => {
    const products = store.use(Products, unit)
    return products.update(await products.getOrThrow('pen'), { cents: 7 }, { ifVersion: 2 })
  })
  expect(changed).toMatchObject({
    version: 3,
    createdAt: created.createdAt,
    updatedAt: new Date(created.createdAt.getTime() + 1000),
  })
  const outdated = committed(async (unit) => {
    const products = store.use(Products, unit)
    products.update(await products.getOrThrow('pen'), { cents: 8 }, { ifVersion: 2 })
  })
  await expect(outdated).rejects.toMatchObject({ code: 'VersionOutdated', data: { version: 3, expected: 2 } })
  const without = committed(async (unit) => {
    const orders = store.use(Orders, unit)
    orders.delete(await orders.getOrThrow('o'), { ifVersion: 1 })
  })
  await expect(without).rejects.toThrow('declare `versions: true`')
})

test('what Heddle writes cannot be written by commands, and its names are taken', async () => {
  const written = committed((unit) => store.use(Products, unit).insert({ id: 'x', stock: 1, version: 7 } as never))
  await expect(written).rejects.toMatchObject({ code: 'InvalidRecord' })
  const fields = { id, version: z.int() }
  expect(() => entity('shop.Bad', { key: 'id', fields, versions: true })).toThrow('the field "version" is added by')
})

test('a reference that cannot behave as declared is refused', () => {
  const order = ref(Order)
  const bad = (references: object, fields: object = { id, order }) =>
    entity('shop.Bad', { key: 'id', fields: fields as never, references: references as never })
  expect(() => bad({ order: { onDelete: 'setNull' } })).toThrow('its field is not optional')
  expect(() => bad({ id: { onDelete: 'cascade' } })).toThrow('refers to nothing')
  const elsewhere = { name: 'other.Thing', keyType: id, load: () => systemFailure('Internal') as never }
  expect(() => bad({}, { id, thing: ref(elsewhere) })).toThrow('other.Thing, which is no entity')
})

test('a unique index names its fields', async () => {
  const Seat = entity('shop.Seat', {
    key: 'id',
    fields: { id: z.uuid(), row: z.int(), place: z.int() },
    indexes: [{ fields: ['row', 'place'], unique: true }],
  })
  await using other = await openTestStore([Seat])
  const unit = other.unit()
  other.use(repository(Seat), unit).insert({ row: 1, place: 2 })
  other.use(repository(Seat), unit).insert({ row: 1, place: 2 })
  await expect((async () => unit.commit())()).rejects.toMatchObject({
    code: 'NotUnique',
    data: { entity: 'shop.Seat', field: 'row, place' },
  })
})
