import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Value } from '../database/table.ts'
import { entity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { Direction } from '../repository/order.ts'
import { repository } from '../repository/repository.ts'
import { conditionOf } from '../repository/where.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import { compareValues } from './compare-values.ts'
import { matches } from './matches.ts'

const Thing = entity('test.Thing', {
  key: 'id',
  fields: {
    id: z.string(),
    text: z.string().optional(),
    count: z.int().nullable(),
    price: z.number().optional(),
    flag: z.boolean().optional(),
    at: z.date().optional(),
    big: z.int64().optional(),
    size: z.enum(['s', 'm', 'l']),
  },
  indexes: [{ fields: ['text'] }, { fields: ['count', 'price'] }],
})
const Things = repository(Thing)

/** Few values, so that filters find something; characters on both sides of the surrogates. */
const texts = [
  '',
  'a',
  'ab',
  'abc',
  'b',
  'B',
  'é',
  '\u{ffff}',
  '\u{e000}',
  '\u{10000}',
  '\u{10ffff}',
  'a\u{10ffff}',
  'a\u{d7ff}x',
]
const values = {
  text: fc.constantFrom(...texts),
  count: fc.integer({ min: -3, max: 3 }),
  price: fc.constantFrom(-1.5, 0, 0.1, 2, 1e300, 5e-324),
  flag: fc.boolean(),
  at: fc.constantFrom(new Date(0), new Date(-1), new Date('2026-01-01')),
  big: fc.constantFrom(-(2n ** 63n), -1n, 0n, 2n ** 53n + 1n, 2n ** 63n - 1n),
  size: fc.constantFrom('s', 'm', 'l' as const),
}
type Name = keyof typeof values
const names = Object.keys(values) as Name[]

const recordOf = (id: string) =>
  fc
    .record({ ...values, count: fc.option(values.count), size: values.size }, { requiredKeys: ['count', 'size'] })
    .map((fields) => ({ id, ...fields }))

const leaf = fc.constantFrom(...names).chain((name) => {
  const value: fc.Arbitrary<unknown> = values[name]
  const comparison = fc.oneof(
    value,
    fc.constant(null),
    fc.record({ in: fc.array(value, { maxLength: 3 }) }),
    fc.record({ lt: value, gte: value }, { requiredKeys: [] }),
    fc.record({ gt: value }),
    fc.record({ lte: value, eq: fc.option(value) }, { requiredKeys: ['lte'] }),
    ...(name === 'text' || name === 'size' ? [fc.record({ prefix: values.text })] : []),
  )
  return comparison.map((wanted): object => ({ [name]: wanted }))
})
const { where } = fc.letrec<{ where: object }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(leaf, leaf).map(([left, right]) => ({ ...left, ...right })),
    fc.record({ not: tie('where') }),
    fc.record({ or: fc.array(tie('where'), { maxLength: 3 }) }),
    fc.record({ and: fc.array(tie('where'), { maxLength: 3 }) }),
  ),
}))
const orderBy = fc
  .uniqueArray(fc.constantFrom(...names, 'id' as const), { maxLength: 3 })
  .chain((fields) =>
    fc.record(Object.fromEntries(fields.map((field) => [field, fc.constantFrom<Direction>('asc', 'desc')]))),
  )

let store: TestStore
let records: AnyRecord[]
beforeAll(async () => {
  store = await openTestStore([Thing])
  const generated = fc.sample(fc.tuple(...Array.from({ length: 60 }, (_, index) => recordOf(`t${index}`))), {
    seed: 1,
    numRuns: 1,
  })[0]!
  const unit = store.unit()
  records = generated.map((record) => store.use(Things, unit).insert(record as never))
  await unit.commit()
})
afterAll(() => store.close())

/** The oracle: every record, filtered by `matches` and sorted in JavaScript. */
function expected(all: readonly AnyRecord[], filter: object, order: Record<string, Direction | undefined>) {
  const condition = conditionOf(Thing, filter)
  const stored = (record: AnyRecord, column: string): Value => Thing.codec.encodeField(column, record[column])
  const last = Object.values(order).at(-1) ?? 'asc'
  const full: [string, Direction][] = [...(Object.entries(order) as [string, Direction][]), ['id', last]]
  return all
    .filter((record) => !condition || matches(condition, (column) => stored(record, column)))
    .toSorted((left, right) => {
      for (const [column, direction] of full) {
        const difference = compareValues(stored(left, column), stored(right, column))
        if (difference !== 0) return direction === 'desc' ? -difference : difference
      }
      return 0
    })
}

/** Goes through all pages. */
async function pages(unit: ReturnType<TestStore['unit']>, filter: object, order: object, limit: number) {
  const things = store.use(Things, unit)
  const found: AnyRecord[] = []
  let after: string | undefined
  do {
    const page = await things.find({ where: filter, orderBy: order, limit, after })
    expect(page.records.length).toBeLessThanOrEqual(limit)
    found.push(...page.records)
    after = page.next
  } while (after !== undefined)
  return found
}

test('SQL and JavaScript agree on every filter, order and page', async () => {
  await fc.assert(
    fc.asyncProperty(where, orderBy, fc.integer({ min: 3, max: 40 }), async (filter, order, limit) => {
      expect(await pages(store.unit(), filter, order, limit)).toEqual(expected(records, filter, order))
    }),
    { numRuns: 1500 },
  )
})

test('pages hold what the unit wrote, as if it were committed', async () => {
  const change = fc.tuple(fc.integer({ min: 0, max: 79 }), fc.constantFrom('delete', 'write'), recordOf('x'))
  await fc.assert(
    fc.asyncProperty(
      where,
      orderBy,
      fc.integer({ min: 3, max: 40 }),
      fc.array(change, { maxLength: 12 }),
      async (filter, order, limit, changes) => {
        const unit = store.unit()
        const things = store.use(Things, unit)
        for (const [index, kind, { id: _id, ...fields }] of changes) {
          const id = `t${index}`
          const known = await things.get(id)
          if (known && kind === 'delete') things.delete(known)
          else if (known) things.update(known, fields as never)
          else things.insert({ id, ...fields } as never)
        }
        const all = await things.getMany(Array.from({ length: 80 }, (_, index) => `t${index}`))
        const now = all.filter((record) => record !== undefined)
        const found = expected(now, filter, order)
        expect(await pages(unit, filter, order, limit)).toEqual(found)
        expect(await things.count({ where: filter as never })).toBe(found.length)
        unit.rollback()
      },
    ),
    { numRuns: 300 },
  )
})

test('a query counts in its snapshot, and a filter holds at most 500 conditions', async () => {
  const query = store.unit({ mode: 'query' })
  expect(await store.use(Things, query).count()).toBe(records.length)
  query.rollback()
  const many = Array.from({ length: 260 }, () => ({ count: 1 }))
  const tooMany = expect.objectContaining({ code: 'LimitReached', data: { name: 'find.conditions', limit: 500 } })
  expect(() => store.use(Things, store.unit()).find({ where: { or: many } })).toThrow(tooMany)
  const few = await store.use(Things, store.unit()).count({ where: { or: many.slice(0, 240) } })
  expect(few).toBe(records.filter(({ count }) => count === 1).length)
})

test('a filter that does not fit the fields is a defect that says why', () => {
  const find = (options: object) => () => store.use(Things, store.unit()).find(options)
  expect(find({ where: { colour: 'red' } })).toThrow('there is no field "colour"')
  expect(find({ where: { count: '3' } })).toThrow('"count" was compared with a string')
  expect(find({ where: { count: { about: 3 } } })).toThrow('"about" is no comparison')
  expect(find({ where: { count: { prefix: 'a' } } })).toThrow('prefix is for text')
  expect(find({ orderBy: { colour: 'asc' } })).toThrow('there is no field "colour"')
})

test('a cursor that was cut, changed or made for another order is MalformedInput', async () => {
  const things = store.use(Things, store.unit())
  const { next } = await things.find({ orderBy: { count: 'asc' }, limit: 5 })
  const malformed = expect.objectContaining({ code: 'MalformedInput' })
  expect(() => things.find({ orderBy: { count: 'desc' }, after: next })).toThrow(malformed)
  expect(() => things.find({ orderBy: { count: 'asc' }, after: next!.slice(3) })).toThrow(malformed)
  expect(() => things.find({ orderBy: { count: 'asc' }, after: 'nonsense' })).toThrow(malformed)
  expect(() => things.find({ limit: 1001 })).toThrow(expect.objectContaining({ code: 'LimitReached' }))
})
