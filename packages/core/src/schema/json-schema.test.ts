import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { castInput } from './cast.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { ref } from './ref.ts'
import { toJson } from './to-json.ts'

test.each<[string, z.ZodType, object]>([
  [
    'a date',
    z.date().min(new Date(0)),
    { type: 'string', format: 'date-time', formatMinimum: '1970-01-01T00:00:00.000Z' },
  ],
  [
    'a big integer',
    z.bigint().gt(5n),
    { type: 'string', pattern: '^-?[0-9]+$', format: 'bigint', formatExclusiveMinimum: '5' },
  ],
  ['a 64-bit integer', z.uint64(), { format: 'uint64', formatMinimum: '0', formatMaximum: '18446744073709551615' }],
  ['a set', z.set(z.date()).min(1), { type: 'array', uniqueItems: true, minItems: 1, items: { format: 'date-time' } }],
  [
    'a map',
    z.map(z.string(), z.bigint()).max(5),
    {
      type: 'array',
      maxItems: 5,
      'x-map': true,
      items: { prefixItems: [{ type: 'string' }, { format: 'bigint' }], minItems: 2, maxItems: 2 },
    },
  ],
  ['listed big integers', z.literal([1n, 'x']), { enum: ['1', 'x'] }],
  ['a transform', z.string().transform(Number), { type: 'string' }],
  ['a preprocessed type', z.preprocess(String, z.int()), { type: 'integer' }],
  ['code', z.custom<string>(), {}],
  ['nothing', z.undefined(), { not: {} }],
  ['a codec', z.stringbool(), { type: 'string' }],
])('what JSON cannot hold is described as surfaces speak it: %s', (_, type, expected) => {
  expect(jsonSchemaOf(type, 'input')).toMatchObject(expected)
  expect(jsonSchemaOf(z.object({ field: type }), 'input').properties).toMatchObject({ field: expected })
})

test('an output describes what comes out', () => {
  expect(jsonSchemaOf(z.void(), 'output')).toEqual({ type: 'null' })
  expect(jsonSchemaOf(z.stringbool(), 'output')).toEqual({ type: 'boolean' })
  expect(jsonSchemaOf(z.object({ a: z.int().default(1) }), 'output').required).toEqual(['a'])
  expect(jsonSchemaOf(z.object({ a: z.int().default(1) }), 'input').required).toBeUndefined()
})

test('objects are closed, because surfaces refuse unknown fields; loose ones are open', () => {
  expect(jsonSchemaOf(z.object({}), 'input').additionalProperties).toBe(false)
  expect(jsonSchemaOf(z.strictObject({}), 'input').additionalProperties).toBe(false)
  expect(jsonSchemaOf(z.looseObject({}), 'input').additionalProperties).toEqual({})
  expect(jsonSchemaOf(z.object({}).catchall(z.int32()), 'input').additionalProperties).toMatchObject({
    type: 'integer',
  })
})

test('members of an intersection do not refuse the fields of each other', () => {
  const other = z.object({ b: z.int() }).meta({ id: 'json-schema-test-other' })
  const both = jsonSchemaOf(z.object({ a: z.int(), other }).and(other), 'input')
  expect(both).toMatchObject({
    allOf: [{ required: ['a', 'other'] }, { $ref: '#/$defs/json-schema-test-other.open' }],
    unevaluatedProperties: false,
    $defs: {
      'json-schema-test-other': { required: ['b'], additionalProperties: false },
      'json-schema-test-other.open': { required: ['b'] },
    },
  })
  expect(JSON.stringify(both.allOf)).not.toContain('"additionalProperties"')
})

test('a reference is its key, and names its entity', () => {
  const account = { kind: 'entity', name: 'bank.Account', keyType: z.uuid(), load: () => [] } as const
  const type = z.object({ from: ref(account as never), others: z.array(ref(account as never)).optional() })
  expect(jsonSchemaOf(type, 'input').properties).toMatchObject({
    from: { type: 'string', format: 'uuid', 'x-entity': 'bank.Account' },
    others: { items: { 'x-entity': 'bank.Account' } },
  })
})

test('recursion goes through definitions, also through maps, so that a schema can stand in any document', () => {
  type Tree = { name: string; children: Map<string, Tree> }
  const tree: z.ZodType<Tree> = z.object({
    name: z.string(),
    children: z.map(
      z.string(),
      z.lazy(() => tree),
    ),
  })
  expect(jsonSchemaOf(tree, 'input')).toMatchObject({
    $ref: '#/$defs/Self',
    $defs: { Self: { properties: { children: { items: { prefixItems: [{}, { $ref: '#/$defs/Self' }] } } } } },
  })
  expect(jsonSchemaOf(z.object({ tree }), 'input')).toMatchObject({
    properties: { tree: { $ref: '#/$defs/__schema0' } },
    $defs: { __schema0: {} },
  })
})

test('a type that is only used twice is written twice', () => {
  const day = z.date().min(new Date(0))
  const json = jsonSchemaOf(z.object({ a: z.set(day).max(3), b: z.map(day, day).max(3) }), 'input')
  expect(JSON.stringify(json)).not.toContain('$ref')
})

test('title, description, examples and defaults are kept', () => {
  const type = z.object({
    cents: z
      .int32()
      .default(5)
      .meta({ title: 'Cents', description: 'How much.', examples: [1, 2] }),
    tags: z.set(z.string()).default(new Set(['a'])),
    big: z.bigint().default(7n).describe('Big.'),
    pre: z.bigint().prefault(8n),
  })
  expect(jsonSchemaOf(type, 'input').properties).toMatchObject({
    cents: { title: 'Cents', description: 'How much.', examples: [1, 2], default: 5 },
    tags: { default: ['a'] },
    big: { default: '7', description: 'Big.' },
    pre: { default: '8' },
  })
})

test('a default that is made anew each time is left out, so that a manifest does not change by itself', () => {
  let count = 0
  const type = z.object({
    id: z.int().default(() => ++count),
    at: z.date().default(() => new Date(5)),
    caught: z.int().catch(() => ++count),
  })
  const { properties } = jsonSchemaOf(type, 'input')
  expect(JSON.stringify(properties)).not.toContain('default')
})

test('frozen values may be sent: read-only means something else in JSON Schema', () => {
  expect(jsonSchemaOf(z.string().readonly(), 'input')).toEqual({ type: 'string' })
})

test('a schema is made once, and the same for equal types', () => {
  const make = () => z.object({ b: z.array(z.object({ at: z.date() })), a: z.record(z.string(), z.int()) })
  const type = make()
  expect(jsonSchemaOf(type, 'input')).toBe(jsonSchemaOf(type, 'input'))
  expect(JSON.stringify(jsonSchemaOf(make(), 'input'))).toBe(JSON.stringify(jsonSchemaOf(make(), 'input')))
})

const { typed } = fc.letrec<{ typed: z.ZodType }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<z.ZodType>(
      z.string().min(1).max(3),
      z.int(),
      z.number().min(0),
      z.boolean(),
      z.null(),
      z.enum(['a', 'b']),
      z.literal([1, 'x']),
      z.string().regex(/^[ab]+$/),
    ),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('typed')).map((shape) => z.strictObject(shape)),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('typed')).map((shape) => z.looseObject(shape)),
    tie('typed').map((inner) => z.array(inner).max(2)),
    fc.tuple(tie('typed'), tie('typed')).map((items) => z.tuple(items)),
    tie('typed').map((inner) => z.record(z.string(), inner)),
    tie('typed').map((inner) => inner.nullable()),
    fc.tuple(tie('typed'), tie('typed')).map((members) => z.union(members)),
    fc.tuple(tie('typed'), tie('typed')).map(([a, b]) => z.strictObject({ a: a.optional(), b })),
  ),
}))

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('', 'a', 'ab', 'x', 'long text', 0, 1, 1.5, -1, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { noNullPrototype: true }),
  ),
})).value

test('the schema takes exactly what the type takes at a surface', () => {
  fc.assert(
    fc.property(typed, fc.array(json, { minLength: 10, maxLength: 10 }), (type, values) => {
      const read = z.fromJSONSchema(jsonSchemaOf(type, 'input') as never)
      for (const value of values) {
        const isTaken = type.safeParse(castInput(type, value, 'json')).success
        expect([value, read.safeParse(toJson(value)).success]).toEqual([value, isTaken])
      }
    }),
    { numRuns: 500 },
  )
})
