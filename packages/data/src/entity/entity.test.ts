import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { repository } from '../repository/repository.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import { entity } from './entity.ts'

const Tree = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree)
  },
})

const Every = entity('test.Every', {
  key: 'id',
  fields: {
    id: z.uuid(),
    text: z.string(),
    maybe: z.string().optional(),
    empty: z.string().nullable(),
    both: z.string().nullish(),
    count: z.int(),
    price: z.number(),
    yes: z.boolean(),
    when: z.date(),
    big: z.int64(),
    size: z.enum(['s', 'm']),
    digit: z.literal([1, 2]),
    mixed: z.literal(['a', 1, null]),
    choice: z.union([z.string(), z.int(), z.null()]),
    list: z.array(z.date()),
    pair: z.tuple([z.bigint(), z.string()], z.date()),
    object: z.object({ at: z.date().optional(), deep: z.object({ big: z.bigint().nullable() }) }),
    loose: z.looseObject({ a: z.int() }),
    record: z.record(z.string(), z.date()),
    map: z.map(z.string(), z.bigint()),
    set: z.set(z.int()),
    tree: Tree,
    anything: z.unknown(),
    withDefault: z.int().default(7),
  },
})
const Everything = repository(Every)

const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed())
const big64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const date = fc.date({ noInvalidDate: true })
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
type Tree = z.infer<typeof Tree>
const treeOf = (children: fc.Arbitrary<Tree[]>): fc.Arbitrary<Tree> =>
  fc.record({ name: text, children }, { noNullPrototype: true })
/** Three levels: a tree without a limit can grow beyond the stack. */
const tree = treeOf(fc.array(treeOf(fc.array(treeOf(fc.constant([]))))))
const json = fc
  .jsonValue({ noUnicodeString: false } as object)
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const plain = { noNullPrototype: true } as const
const values = fc.record(
  {
    text,
    maybe: text,
    empty: fc.option(text),
    both: fc.option(text),
    count: fc.maxSafeInteger(),
    price: number,
    yes: fc.boolean(),
    when: date,
    big: big64,
    size: fc.constantFrom('s', 'm' as const),
    digit: fc.constantFrom(1, 2 as const),
    mixed: fc.constantFrom('a', 1, null),
    choice: fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.constant(null)),
    list: fc.array(date),
    pair: fc.tuple(fc.bigInt(), text, date),
    object: fc.record(
      { at: date, deep: fc.record({ big: fc.option(fc.bigInt()) }, plain) },
      { requiredKeys: ['deep'], ...plain },
    ),
    loose: fc.record({ a: fc.integer(), more: text }, plain),
    // Zod itself leaves the key `__proto__` out of records.
    record: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      date,
      plain,
    ),
    map: fc.uniqueArray(fc.tuple(text, fc.bigInt()), { selector: ([key]) => key }).map((pairs) => new Map(pairs)),
    set: fc.uniqueArray(fc.integer()).map((items) => new Set(items)),
    tree,
    anything: json,
  },
  {
    requiredKeys: [
      'text',
      'empty',
      'count',
      'price',
      'yes',
      'when',
      'big',
      'size',
      'digit',
      'mixed',
      'choice',
      'list',
      'pair',
      'object',
      'loose',
      'record',
      'map',
      'set',
      'tree',
      'anything',
    ],
    ...plain,
  },
)

let store: TestStore
beforeAll(async () => {
  store = await openTestStore([Every])
})
afterAll(() => store.close())

test('what is read back equals what was written, for every kind of field', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (given) => {
      const unit = store.unit()
      const written = store.use(Everything, unit).insert(given as never)
      await unit.commit()
      const read = await store.use(Everything, store.unit()).getOrThrow(written.id)
      expect(read).toEqual(written)
      const { both = null, ...others } = given
      expect(read).toEqual({ id: written.id, withDefault: 7, ...others, both })
    }),
    { numRuns: 300 },
  )
})

test('a key of type uuid is made up when it is left out, and kept when it is given', () => {
  const Note = entity('test.Note', { key: 'id', fields: { id: z.uuidv7(), text: z.string() } })
  const notes = store.use(repository(Note), store.unit())
  expect(notes.insert({ text: 'a' }).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  const id = '01920000-0000-7000-8000-000000000000'
  expect(notes.insert({ id, text: 'a' }).id).toBe(id)
})

test('values that do not fit their type are the defect InvalidRecord, with the place', () => {
  const Note = entity('test.Note', {
    key: 'id',
    fields: {
      id: z.string(),
      text: z.string().max(3),
      tags: z.array(z.string()).default([]),
      any: z.unknown().optional(),
    },
  })
  const notes = store.use(repository(Note), store.unit())
  const insert = (given: object) => () => notes.insert(given as never)
  expect(insert({ id: 'a', text: 'long text' })).toThrow('The test.Note a does not fit its type: text: Too big')
  expect(insert({ id: 'a', text: 'a', tags: [1] })).toThrow('tags/0:')
  expect(insert({ id: 'a', text: 'a', colour: 1 })).toThrow('Unrecognized key')
  expect(insert({ id: 'a', text: '\ud800' })).toThrow('half of a surrogate pair')
  expect(insert({ id: 'a', text: 'a', any: new Date() })).toThrow('is not JSON')
  expect(insert({ id: 'a', text: 'a', any: { deep: [Number.NaN] } })).toThrow('is not JSON')
  const note = notes.insert({ id: 'b', text: 'b' })
  const update = (patch: object) => () => notes.update(note, patch as never)
  expect(update({ text: 'long text' })).toThrow('text: Too big')
  expect(update({ id: 'c' })).toThrow('the key cannot change')
  expect(update({ colour: 'red' })).toThrow('there is no field "colour"')
})

test('a field whose values would not come back is refused when the entity is declared', () => {
  const declare = (field: z.ZodType) => () => entity('test.Bad', { key: 'id', fields: { id: z.string(), field } })
  const reasons: [z.ZodType, string][] = [
    [z.bigint(), 'write z.int64()'],
    [z.uint64(), 'write z.int64()'],
    [z.string().transform(Number), 'type pipe'],
    [z.custom<() => void>(), 'type custom'],
    [z.instanceof(Uint8Array), 'type custom'],
    [z.file(), 'type file'],
    [z.symbol(), 'type symbol'],
    [z.nan(), 'type nan'],
    [z.undefined(), 'type undefined'],
    [z.union([z.date(), z.string()]), 'a union with values that are not JSON'],
    [z.array(z.promise(z.string())), 'type promise'],
    [z.literal([1n, 'a']), 'literal'],
  ]
  for (const [type, reason] of reasons) expect(declare(type)).toThrow(reason)
  const Cyclic = z.object({
    at: z.date(),
    get next() {
      return Cyclic.optional()
    },
  })
  expect(declare(Cyclic)).toThrow('recursive type')
})

test('a definition that cannot be kept is refused with the reason', () => {
  const id = z.string()
  const declare = (definition: object) => () => entity('test.Bad', definition as never)
  expect(declare({ key: 'no', fields: { id } })).toThrow('there is no field "no" for the key')
  expect(declare({ key: 'id', fields: { id: id.optional() } })).toThrow('must be text or a whole number')
  expect(declare({ key: 'id', fields: { id: z.number() } })).toThrow('must be text or a whole number')
  expect(declare({ key: 'id', fields: { id, Id: id } })).toThrow('only in case')
  expect(declare({ key: 'id', fields: { id, or: id } })).toThrow('means something in filters')
  expect(declare({ key: 'id', fields: { id, _a: id } })).toThrow('must be a letter')
  expect(declare({ key: 'id', fields: { id }, indexes: [{ fields: ['x'] }] })).toThrow('unknown field "x"')
  expect(declare({ key: 'id', fields: { id, o: z.object({}) }, indexes: [{ fields: ['o'] }] })).toThrow(
    'cannot be indexed',
  )
  const unique = { fields: ['id'], unique: true }
  expect(declare({ key: 'id', fields: { id }, indexes: [{ ...unique, acrossTenants: true }] })).toThrow(
    'across tenants',
  )
  expect(declare({ key: 'id', fields: { id }, indexes: [{ ...unique, sparse: true }] })).toThrow('cannot be sparse')
})
