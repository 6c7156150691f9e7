import { file, ref } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { types } from '../../../fixtures/expression/types.ts'
import { schemaOfType } from './schema-of-type.ts'
import { typeOfSchema } from './type-of-schema.ts'
import { typeText } from './type-text.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

test(`a type comes back from its Zod type as it was (seed ${seed})`, () => {
  fc.assert(
    fc.property(types, (type) => {
      expect(typeOfSchema(schemaOfType(type))).toEqual(type)
    }),
    { seed, numRuns: 5_000 },
  )
})

interface Node {
  children: Node[]
}
const Node: z.ZodType<Node> = z.object({ children: z.lazy(() => z.array(Node)) })

test.each<[string, z.ZodType, string, string?]>([
  ['a text', z.string().min(3), 'string'],
  ['a format', z.email(), 'string'],
  ['a time as text', z.iso.datetime(), 'string'],
  ['a template', z.templateLiteral(['a', z.int()]), 'string'],
  ['a number', z.number().positive(), 'number'],
  ['a whole number', z.int().max(3), 'whole number'],
  ['a number that is whole by a check', z.number().int(), 'whole number'],
  ['an int32', z.int32(), 'whole number'],
  ['a float', z.float64(), 'number'],
  ['a big integer', z.bigint(), 'int64'],
  ['a date', z.date(), 'time'],
  ['a literal', z.literal(['a', 1]), '"a" or whole number'],
  ['an enumeration', z.enum(['a', 'b']), '"a" or "b"'],
  ['a tuple', z.tuple([z.string(), z.int()]), 'list of (string or whole number)'],
  ['a record', z.record(z.string(), z.int()), 'map of whole number'],
  ['an optional field', z.object({ a: z.string().optional() }), '{ a?: string }'],
  ['a field with a default', z.object({ a: z.string().default('x') }), '{ a: string }', '{ a?: string }'],
  [
    'a default for null',
    z.object({ a: z.string().nullable().default('x') }),
    '{ a: string or null }',
    '{ a?: string or null }',
  ],
  ['what is nullish', z.object({ a: z.string().nullish() }), '{ a?: string or null }'],
  ['a field that is needed again', z.object({ a: z.string().optional().nonoptional() }), '{ a: string }'],
  ['a loose object', z.looseObject({ a: z.int() }), '{ a: whole number, … }'],
  [
    'a pipe',
    z
      .string()
      .pipe(z.transform((text) => text.length))
      .pipe(z.int()),
    'whole number',
    'string',
  ],
  ['a transform', z.string().transform((text) => text.length), 'anything', 'string'],
  ['what casts', z.coerce.number(), 'number'],
  ['a codec', z.stringbool(), 'boolean', 'string'],
  ['what is caught', z.int().catch(0), 'whole number', 'anything'],
  ['an intersection', z.object({ a: z.int() }).and(z.object({ b: z.int() })), '{ a: whole number, b: whole number }'],
  [
    'a union of objects',
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
    '{ kind: "a" } or { kind: "b" }',
  ],
  ['a type in itself', Node, '{ children: list of anything }'],
  ['a class', z.instanceof(Uint8Array), 'anything'],
  ['a file', file(), 'anything'],
  ['nothing', z.void(), 'null'],
])('%s', (_what, schema, output, input = output) => {
  expect(typeText(typeOfSchema(schema))).toBe(output)
  expect(typeText(typeOfSchema(schema, 'input'))).toBe(input)
})

test('a reference takes a key, and what it loads is open', () => {
  const Account = { name: 'bank.Account', keyType: z.string(), load: () => [] }
  expect(typeText(typeOfSchema(ref(Account), 'input'))).toBe('string')
  expect(typeText(typeOfSchema(ref(Account)))).toBe('anything')
})
