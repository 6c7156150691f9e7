import { castInput, castOutput, jsonSchemaOf, type Schema, sensitive, toJson } from '@heddle/core'
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

test('what JSON Schema cannot say is left open', () => {
  expect(typeFromJson({ not: { type: 'string' } }).parse('x')).toBe('x')
  expect(typeFromJson({}).parse([1])).toEqual([1])
  expect(typeFromJson({ not: {} }).safeParse(1).success).toBe(false)
})
