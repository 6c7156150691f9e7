import { toJson } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { encoderOf } from './encode.ts'

const plain = z.object({
  text: z.string(),
  when: z.date().nullable(),
  list: z.array(z.union([z.int(), z.literal('x')])).optional(),
  map: z.record(z.string(), z.boolean().default(true)),
  pair: z.tuple([z.enum(['a', 'b']), z.null()]),
})

test('a type of plain JSON is written by JSON.stringify itself', () => {
  expect(encoderOf(plain)).toBe(JSON.stringify)
  expect(encoderOf(z.strictObject({ a: z.string() }))).toBe(JSON.stringify)
})

test.each([
  ['a set', z.set(z.string()), new Set(['a'])],
  ['a map', z.object({ map: z.map(z.string(), z.int()) }), { map: new Map([['a', 1]]) }],
  ['a big integer', z.object({ big: z.bigint() }), { big: 2n ** 64n }],
  ['a literal big integer', z.array(z.literal(1n)), [1n]],
  ['anything', z.unknown(), { inside: new Set([1n]) }],
  ['what a transform makes', z.string().transform((text) => new Set(text)), new Set('ab')],
  ['fields beyond those listed', z.looseObject({}), { more: new Map() }],
  ['something lazy', z.lazy(() => z.bigint()), 5n],
])('%s is written as core writes it', (_, type, value) => {
  expect(encoderOf(type)(value)).toBe(JSON.stringify(toJson(value)))
})
