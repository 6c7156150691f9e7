import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { castInput, castOutput, inputCaster } from './cast.ts'
import { toJson } from './to-json.ts'

const noon = new Date('2026-11-01T12:00:00.000Z')

test('what JSON cannot hold is cast where the type wants it', () => {
  const type = z.object({
    at: z.date(),
    big: z.bigint(),
    tags: z.set(z.string()),
    byName: z.map(z.string(), z.date()),
    byNumber: z.map(z.int(), z.bigint()),
  })
  const json = {
    at: '2026-11-01T12:00:00Z',
    big: '-12345678901234567890',
    tags: ['a', 'b'],
    byName: [['x', '2026-11-01T12:00:00Z']],
    byNumber: { 7: '8' },
  }
  expect(castInput(type, json, 'json')).toEqual({
    at: noon,
    big: -12345678901234567890n,
    tags: new Set(['a', 'b']),
    byName: new Map([['x', noon]]),
    byNumber: new Map([[7, 8n]]),
  })
})

test('casts reach through every wrapper', () => {
  for (const wrap of [
    z.date().optional(),
    z.date().nullable(),
    z.date().default(noon),
    z.date().prefault(noon),
    z.date().readonly(),
    z.date().catch(noon),
    z.date().optional().nonoptional(),
    z.date().pipe(z.date().min(0 as never)),
    z.lazy(() => z.date()),
    z.intersection(z.date(), z.unknown()),
  ]) {
    expect(castInput(z.object({ at: wrap }), { at: '2026-11-01T12:00:00Z' }, 'json')).toEqual({ at: noon })
  }
})

test.each([
  '2026-11-01',
  '2026-11-01 12:00:00Z',
  '2026-11-01T12:00:00',
  '2026-02-30T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-11-01T24:00:00Z',
  '2026-11-01T12:00:60Z',
  '2026-11-01T12:00:00.0001Z',
  '2026-11-01T12:00:00+24:00',
  'yesterday',
  '1',
])('%s stays text, because it is no RFC 3339 time or a Date would change it', (text) => {
  expect(castInput(z.date(), text, 'json')).toBe(text)
})

test('offsets and fractions of RFC 3339 are understood', () => {
  expect(castInput(z.date(), '2026-11-01T14:00:00+02:00', 'json')).toEqual(noon)
  expect(castInput(z.date(), '2026-11-01t12:00:00.000000z', 'json')).toEqual(noon)
})

test('a number in JSON is not taken for a date or a big integer', () => {
  expect(castInput(z.object({ at: z.date(), big: z.bigint() }), { at: 1, big: 2 }, 'json')).toEqual({ at: 1, big: 2 })
})

test.each(['007', '1.0', '', '-0', '+1', ' 1', '1'.repeat(1001)])('%s stays text for a big integer', (text) => {
  expect(castInput(z.bigint(), text, 'json')).toBe(text)
})

test('a list with a repeated value stays a list, because a set would lose one', () => {
  expect(castInput(z.set(z.string()), ['a', 'a'], 'json')).toEqual(['a', 'a'])
  expect(
    castInput(
      z.map(z.string(), z.string()),
      [
        ['a', 'x'],
        ['a', 'y'],
      ],
      'json',
    ),
  ).toEqual([
    ['a', 'x'],
    ['a', 'y'],
  ])
})

test('nothing is copied where nothing changes', () => {
  const type = z.object({ at: z.date().optional(), names: z.array(z.object({ at: z.date().optional() })) })
  const json = { names: [{}, {}] }
  expect(castInput(type, json, 'json')).toBe(json)
})

test('a type with nothing to cast has no caster', () => {
  type Tree = { name: string; children: Tree[] }
  const tree: z.ZodType<Tree> = z.object({ name: z.string(), children: z.array(z.lazy(() => tree)) })
  expect(inputCaster(tree, 'json')).toBeUndefined()
  expect(inputCaster(z.object({ id: z.uuid(), qty: z.int(), tags: z.array(z.string()) }), 'json')).toBeUndefined()
  expect(inputCaster(z.enum(['a', 'b']), 'text')).toBeUndefined()
  expect(inputCaster(z.coerce.date(), 'json')).toBeUndefined()
})

test('a type that contains itself is cast at every depth', () => {
  type Tree = { at: Date; children: Tree[] }
  const tree: z.ZodType<Tree> = z.object({ at: z.date(), children: z.array(z.lazy(() => tree)) })
  const leaf = { at: '2026-11-01T12:00:00Z', children: [] }
  const cast = castInput(tree, { ...leaf, children: [leaf, { ...leaf, children: [leaf] }] }, 'json')
  const expected = { at: noon, children: [] as unknown[] }
  expect(cast).toEqual({ ...expected, children: [expected, { ...expected, children: [expected] }] })
})

test.each<[z.ZodType, unknown, unknown]>([
  [z.number(), '1.5e3', 1500],
  [z.number(), '-0.25', -0.25],
  [z.number(), '9007199254740993', '9007199254740993'],
  [z.number(), '9007199254740993.0', '9007199254740993.0'],
  [z.number(), '9007199254740993e0', 9007199254740992],
  [z.number(), '1e999', '1e999'],
  [z.number(), '0x10', '0x10'],
  [z.number(), '', ''],
  [z.number(), ' 1', ' 1'],
  [z.boolean(), 'true', true],
  [z.boolean(), 'yes', 'yes'],
  [z.null(), 'null', null],
  [z.int().nullable(), 'null', null],
  [z.string().nullable(), 'null', 'null'],
  [z.literal([1, true, null, 'x']), '1', 1],
  [z.literal([1, '1']), '1', '1'],
  [z.enum({ low: 1, high: 2 }), '2', 2],
  [z.array(z.int()), '5', [5]],
  [z.array(z.int()), ['5', '6'], [5, 6]],
  [z.array(z.int()), '[5,6]', [5, 6]],
  [z.array(z.string()), '[not json', ['[not json']],
  [z.array(z.date()), '["2026-11-01T12:00:00Z"]', [noon]],
  [z.set(z.int()), '5', new Set([5])],
  [z.map(z.string(), z.int()), '{"a":5}', new Map([['a', 5]])],
  [z.map(z.string(), z.int()), { a: '5' }, new Map([['a', 5]])],
  [z.object({ a: z.object({ b: z.int() }) }), { a: '{"b":5}' }, { a: { b: 5 } }],
  [z.object({ a: z.object({ b: z.int() }) }), { a: { b: '5' } }, { a: { b: 5 } }],
  [z.record(z.string(), z.int()), '{"a":5}', { a: 5 }],
  [z.record(z.string(), z.int()), { a: '5' }, { a: 5 }],
  [z.tuple([z.int(), z.string()]), '[5,"6"]', [5, '6']],
  [z.tuple([z.int()], z.boolean()), ['5', 'true'], [5, true]],
  [z.object({}).catchall(z.int()), { a: '5' }, { a: 5 }],
])('text becomes what %# wants', (type, text, expected) => {
  expect(castInput(type, text, 'text')).toEqual(expected)
})

test.each([
  '{"a":1,"a":2}',
  '{"__proto__":{"b":1}}',
  '{"a":9007199254740993}',
  '{"a":"\\ud800"}',
  '{"\\ud800":1}',
  '{"a":1',
])('JSON in a text is read as strictly as at a surface: %s stays text', (text) => {
  expect(castInput(z.record(z.string(), z.unknown()), text, 'text')).toBe(text)
})

test('a field name that comes again in another object is no repeated field', () => {
  expect(castInput(z.record(z.string(), z.unknown()), '{"a":{"a":[{"a":":"},{"a":"{"}]}}', 'text')).toEqual({
    a: { a: [{ a: ':' }, { a: '{' }] },
  })
})

test('a union is cast for its first member that fits', () => {
  expect(castInput(z.union([z.int(), z.boolean(), z.string()]), '5', 'text')).toBe(5)
  expect(castInput(z.union([z.int(), z.boolean(), z.string()]), 'true', 'text')).toBe(true)
  expect(castInput(z.union([z.int(), z.boolean(), z.string()]), '5.5', 'text')).toBe('5.5')
  expect(castInput(z.union([z.string(), z.int()]), '5', 'text')).toBe('5')
  expect(castInput(z.union([z.date(), z.string()]), 'soon', 'json')).toBe('soon')
  const shapes = z.union([z.object({ a: z.string() }), z.object({ a: z.string(), at: z.date() })])
  expect(castInput(shapes, { a: 'x', at: '2026-11-01T12:00:00Z' }, 'json')).toEqual({ a: 'x', at: noon })
})

test('the checks of a member count, unless they are code', () => {
  expect(castInput(z.union([z.string().max(3), z.date()]), '2026-11-01T12:00:00Z', 'json')).toEqual(noon)
  expect(castInput(z.union([z.int().max(3), z.string()]), '5', 'text')).toBe('5')
  expect(castInput(z.union([z.int().max(3), z.null()]), '5', 'text')).toBe(5)
  let calls = 0
  const counted = z.int().refine(() => ++calls > 0)
  expect(castInput(z.union([counted, z.string()]), '5', 'text')).toBe(5)
  expect(calls).toBe(0)
})

test('an intersection fits where both of its sides do', () => {
  const both = z.object({ a: z.string() }).and(z.object({ b: z.string() }))
  const type = z.union([both, z.object({ a: z.string(), b: z.string(), at: z.date() }), z.object({ a: z.date() })])
  expect(castInput(type, { a: 'x', b: 'y' }, 'json')).toEqual({ a: 'x', b: 'y' })
  expect(castInput(type, { a: '2026-11-01T12:00:00Z' }, 'json')).toEqual({ a: noon })
})

test('a discriminator decides for which member a broken value is cast', () => {
  const type = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('day'), at: z.date(), n: z.int() }),
    z.object({ kind: z.literal('name'), at: z.string() }),
  ])
  expect(castInput(type, { kind: 'day', at: '2026-11-01T12:00:00Z', n: 'x' }, 'json')).toMatchObject({ at: noon })
  expect(castInput(type, { kind: 'name', at: '2026-11-01T12:00:00Z' }, 'json')).toMatchObject({
    at: '2026-11-01T12:00:00Z',
  })
})

const leaf = fc.oneof(
  fc.tuple(fc.constant(z.int()), fc.maxSafeInteger()),
  fc.tuple(fc.constant(z.number()), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })),
  fc.tuple(fc.constant(z.boolean()), fc.boolean()),
  fc.tuple(fc.constant(z.bigint()), fc.bigInt()),
  fc.tuple(fc.constant(z.date()), fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })),
  fc.tuple(fc.constant(z.enum(['a', 'b'])), fc.constantFrom('a', 'b')),
  fc.tuple(fc.constant(z.literal([1, true, 'x', 5n])), fc.constantFrom(1, true, 'x', 5n)),
  fc.tuple(fc.constant(z.int().nullable()), fc.option(fc.integer())),
  fc.tuple(fc.constant(z.string()), fc.string()),
) as fc.Arbitrary<[z.ZodType, unknown]>

const { typed } = fc.letrec<{ typed: [z.ZodType, unknown] }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc
      .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('typed'), { maxKeys: 4 })
      .map((fields): [z.ZodType, unknown] => [
        z.object(Object.fromEntries(Object.entries(fields).map(([field, [type]]) => [field, type]))),
        Object.fromEntries(Object.entries(fields).map(([field, [, value]]) => [field, value])),
      ]),
    fc
      .tuple(tie('typed'), fc.nat(3))
      .map(([[type, value], length]): [z.ZodType, unknown] => [z.array(type), Array.from({ length }, () => value)]),
    tie('typed').map(([type, value]): [z.ZodType, unknown] => [z.set(type), new Set([value])]),
    leaf.map(([type, value]): [z.ZodType, unknown] => [z.map(z.string(), type), new Map([['k', value]])]),
  ),
}))

/** As a form or a query writes it: leaves are text, lists and objects of them stay lists and objects. */
function asText(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Set) return [...value].map(asText)
  if (value instanceof Map) return [...value].map(([key, part]) => [key, asText(part)])
  if (Array.isArray(value)) return value.map(asText)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, asText(part)]))
  }
  return String(Object.is(value, -0) ? '-0' : value)
}

test('what is written as JSON, as text, or as JSON inside a text comes back equal', () => {
  fc.assert(
    fc.property(typed, ([type, value]) => {
      const json = JSON.parse(JSON.stringify(toJson(value), (_, part) => (Object.is(part, -0) ? 0 : part)))
      expect(castInput(type, toJson(value), 'json')).toEqual(value)
      expect(castOutput(type, toJson(value))).toEqual(value)
      expect(castInput(type, asText(value), 'text')).toEqual(value)
      if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
        const inText = castInput(type, JSON.stringify(json), 'text')
        expect(type.safeParse(inText).success).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('a cast never throws and never makes an unfit value of a fitting one', () => {
  fc.assert(
    fc.property(typed, fc.anything(), ([type], value) => {
      castInput(type, value, 'text')
      castInput(type, value, 'json')
      if (type.safeParse(value).success) expect(type.safeParse(castInput(type, value, 'json')).success).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('what toJson writes as null comes back where the type knows it', () => {
  const type = z.object({
    nothing: z.void(),
    gap: z.array(z.undefined()),
    at: z
      .string()
      .transform((t) => new Date(t))
      .pipe(z.date()),
  })
  const value = { nothing: undefined, gap: [undefined], at: noon }
  expect(castOutput(type, { nothing: null, gap: [null], at: '2026-11-01T12:00:00.000Z' })).toEqual(value)
})
