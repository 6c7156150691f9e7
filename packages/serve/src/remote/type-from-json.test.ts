import {
  castInput,
  castOutput,
  file,
  fileFrom,
  jsonSchemaOf,
  type Schema,
  sensitive,
  StreamedFile,
  textual,
  toJson,
} from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from '../cli/json-schema.ts'
import { typeFromJson } from './type-from-json.ts'

const told = (type: Schema, side: 'input' | 'output') => typeFromJson(jsonSchemaOf(type, side) as JsonSchema)

type Tree = { at: Date; children: Tree[] }
const tree: z.ZodType<Tree> = z.object({ at: z.date(), children: z.array(z.lazy(() => tree)) })
const at = new Date('2026-11-21T10:00:00.000Z')

const cases: readonly (readonly [name: string, type: z.ZodType, good: readonly unknown[], bad: readonly unknown[]])[] =
  [
    ['a text', z.string().min(2).max(4), ['ab'], ['a', 'abcde', 1]],
    ['a pattern', z.string().regex(/^a+$/), ['aa'], ['b']],
    ['an address of e-mail', z.email(), ['ann@example.org'], ['ann']],
    ['a UUID', z.uuid(), ['0190d3a4-0000-7000-8000-000000000000'], ['x']],
    ['a text that looks like a date', z.iso.datetime(), ['2026-11-21T10:00:00Z'], ['yesterday']],
    ['an integer', z.int().min(3), [3], [2, 3.5, '3']],
    ['a number', z.number().lt(1).multipleOf(0.25), [0.75], [1, 0.3]],
    ['a yes or no', z.boolean(), [true], ['true']],
    ['nothing', z.null(), [null], [0]],
    ['a date', z.date(), [at], ['2026-11-21']],
    ['a big integer', z.bigint(), [12n], ['12']],
    ['listed values', z.enum(['a', 'b']), ['a'], ['c']],
    ['a literal', z.literal(7), [7], [8]],
    ['null or a date', z.date().nullable(), [null, at], [undefined]],
    ['one of two kinds', z.union([z.int(), z.date()]), [1, at], ['x']],
    [
      'kinds told apart by a field',
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('card'), number: z.string() }),
        z.object({ kind: z.literal('iban'), iban: z.string() }),
      ]),
      [{ kind: 'card', number: '1' }],
      [{ kind: 'cash' }, { kind: 'card' }],
    ],
    ['a list', z.array(z.date()).min(1).max(2), [[at]], [[], [at, at, at], ['x']]],
    ['a tuple', z.tuple([z.int(), z.date()]), [[1, at]], [[1], [1, 'x']]],
    ['a set', z.set(z.date()).min(1).max(2), [new Set([at])], [new Set(), [at], 'x', new Set(['x'])]],
    ['a set of so many', z.set(z.int()).size(2), [new Set([1, 2])], [new Set([1])]],
    ['a map', z.map(z.string(), z.bigint()), [new Map([['a', 1n]])], [{ a: 1n }, new Map([['a', '1']])]],
    ['a list of pairs', z.array(z.tuple([z.string(), z.int()])), [[['a', 1]]], [new Map([['a', 1]])]],
    ['a record', z.record(z.string(), z.date()), [{ a: at }], [{ a: 1 }]],
    [
      'an object',
      z.object({ a: z.int(), b: z.date().optional() }),
      [{ a: 1 }, { a: 1, b: at }],
      [{ b: at }, { a: '1' }],
    ],
    ['an open object', z.looseObject({ a: z.int() }), [{ a: 1, x: 2 }], [{ x: 2 }]],
    ['both of two', z.intersection(z.object({ a: z.int() }), z.object({ b: z.date() })), [{ a: 1, b: at }], [{ a: 1 }]],
    ['a tree', tree, [{ at, children: [{ at, children: [] }] }], [{ at, children: [{}] }]],
  ]

test.each(cases)('%s takes and refuses what the type behind it does', (_, type, good, bad) => {
  const known = told(type, 'input')
  for (const value of good) expect(known.safeParse(value)).toEqual(type.safeParse(value))
  const refusals = (refusing: z.ZodType, value: unknown) =>
    refusing.safeParse(value).error?.issues.map(({ code, path }) => ({ code, path }))
  for (const value of bad) expect(refusals(known, value)).toEqual(refusals(type, value))
})

test.each(cases)('%s comes back from JSON as it was sent', (_, type, good) => {
  for (const value of good) {
    const known = told(type, 'output')
    expect(known.parse(castOutput(known, JSON.parse(JSON.stringify(toJson(value)))))).toEqual(value)
    expect(castInput(told(type, 'input'), toJson(value), 'json')).toEqual(value)
  }
})

test('a field with a default may be left out, and is left for the other app to fill in', () => {
  const type = z.object({ page: z.int().default(1) })
  expect(told(type, 'input').parse({})).toEqual({})
})

test('fields that a newer app adds to an answer are passed over', () => {
  expect(told(z.object({ a: z.int() }), 'output').parse({ a: 1, b: 2 })).toEqual({ a: 1 })
})

test('a date beside any text stays text, because nobody could tell them apart', () => {
  const known = told(z.object({ at: z.union([z.string(), z.date()]) }), 'output')
  expect(known.parse(castOutput(known, { at: at.toISOString() }))).toEqual({ at: at.toISOString() })
})

test('what is marked stays marked', () => {
  const type = z.object({ card: sensitive(z.string()) })
  expect(jsonSchemaOf(told(type, 'input'), 'input')).toMatchObject({ properties: { card: { 'x-sensitive': true } } })
})

test('a text of a format is a value of the type that this app has for it', () => {
  const cents = () =>
    textual(
      z.custom<bigint>((value) => typeof value === 'bigint'),
      {
        read: (text) => (/^\d+\.\d\d$/.test(text) ? BigInt(text.replace('.', '')) : undefined),
        pattern: '^\\d+\\.\\d\\d$',
        format: 'decimal',
      },
    )
  const described = jsonSchemaOf(z.object({ net: cents() }), 'output') as JsonSchema
  const known = typeFromJson(described, 'output', { decimal: cents() })
  expect(known.parse(castOutput(known, { net: '12.50' }))).toEqual({ net: 1250n })
  const plain = typeFromJson(described, 'output')
  expect(plain.parse(castOutput(plain, { net: '12.50' }))).toEqual({ net: '12.50' })
})

test('a file is one with the same rules', () => {
  const type = file({ maxBytes: 4, types: ['text/*'] })
  const known = told(type, 'input')
  const codes = (refusing: z.ZodType, value: unknown) => refusing.safeParse(value).error?.issues.map(({ code }) => code)
  for (const bad of [
    'not base64!',
    fileFrom(Buffer.from('12345'), { type: 'text/plain' }),
    fileFrom(Buffer.from('1')),
  ]) {
    expect(codes(known, bad)).toEqual(codes(type, bad))
    expect(codes(known, bad)).toBeDefined()
  }
  expect(known.parse(fileFrom(Buffer.from('1'), { type: 'text/plain' }))).toBeInstanceOf(StreamedFile)
})

test('what JSON Schema cannot say is left open', () => {
  expect(typeFromJson({ not: { type: 'string' } }).parse('x')).toBe('x')
  expect(typeFromJson({}).parse([1])).toEqual([1])
  expect(typeFromJson({ not: {} }).safeParse(1).success).toBe(false)
})

const hostile = `${'a'.repeat(40)}!`

test.each<[string, JsonSchema, unknown]>([
  ['of a text', { type: 'string', pattern: '^(a+)+$' }, hostile],
  ['of one text among many rules', { type: 'string', allOf: [{ pattern: '^a' }, { pattern: '^(a+)+$' }] }, hostile],
  [
    'of a key',
    { type: 'object', propertyNames: { type: 'string', pattern: '^(a+)+$' }, additionalProperties: {} },
    { [hostile]: 1 },
  ],
])('a pattern %s that JavaScript would try for ever is answered at once', (_, schema, value) => {
  expect(typeFromJson(schema, 'output').safeParse(value).success).toBe(false)
})

test.each<[string, JsonSchema, unknown]>([
  ['that looks around', { type: 'string', pattern: '^(?=(a+)+$)b' }, hostile],
  ['in what must not be', { type: 'string', not: { type: 'string', pattern: '^(a+)+$' } } as JsonSchema, hostile],
  [
    'of further fields',
    { type: 'object', patternProperties: { '^(a+)+$': { type: 'string' } }, additionalProperties: false },
    { [hostile]: 'x' },
  ],
  ['of any value', { patternProperties: { '^(a+)+$': { type: 'string' } } }, { [hostile]: 'x' }],
])('a pattern %s is left to the other app', (_, schema, value) => {
  expect(typeFromJson(schema, 'output').safeParse(value).success).toBe(true)
})

test('limits that no text reaches are as quick as others', () => {
  const most = Number.MAX_SAFE_INTEGER
  expect(typeFromJson({ type: 'string', minLength: most }).safeParse(hostile).success).toBe(false)
  expect(typeFromJson({ type: 'array', minItems: most, items: { type: 'string' } }).safeParse([]).success).toBe(false)
  expect(typeFromJson({ type: 'string', maxLength: most, pattern: '(a{1000}){1000}' }).parse(hostile)).toBe(hostile)
})
