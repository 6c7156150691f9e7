import { jsonSchemaOf, toJson } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { restore } from '../runtime/cast.ts'
import { CastMaker } from './cast-of.ts'

/** A type and values of it. */
type Typed = readonly [type: z.ZodType, values: fc.Arbitrary<unknown>]

const leaves: readonly Typed[] = [
  [z.string(), fc.string()],
  [z.int(), fc.integer()],
  [z.boolean(), fc.boolean()],
  [z.date(), fc.date({ noInvalidDate: true })],
  [z.bigint(), fc.bigInt()],
  [z.enum(['a', 'b']), fc.constantFrom('a', 'b')],
]

function typed(depth: number): fc.Arbitrary<Typed> {
  if (depth === 0) return fc.constantFrom(...leaves)
  const inner = typed(depth - 1)
  return fc.oneof(
    fc.constantFrom(...leaves),
    inner.map(([type, values]): Typed => [z.array(type), fc.array(values, { maxLength: 3 })]),
    inner.map(([type, values]): Typed => [type.nullable(), fc.option(values)]),
    inner.map(([type, values]): Typed => [
      z.record(z.string(), type),
      fc.dictionary(fc.constantFrom('a', 'b', 'x y'), values, { noNullPrototype: true }),
    ]),
    fc
      .tuple(inner, inner)
      .map(([[one, ones], [other, others]]): Typed => [z.tuple([one, other]), fc.tuple(ones, others)]),
    fc
      .tuple(inner, inner)
      .map(([[one, ones], [other, others]]): Typed => [
        z.object({ one, other: other.optional() }),
        fc.record({ one: ones, other: others }, { requiredKeys: ['one'], noNullPrototype: true }),
      ]),
    fc.tuple(inner, inner).map(([[one, ones], [other, others]]): Typed => [
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('one'), value: one }),
        z.object({ kind: z.literal('other'), value: other }),
      ]),
      fc.oneof(
        ones.map((value) => ({ kind: 'one', value })),
        others.map((value) => ({ kind: 'other', value })),
      ),
    ]),
  )
}

test('what a value becomes on its way is undone by the cast of its type', () => {
  let cast = 0
  const pairs = typed(3).chain(([type, values]) => fc.tuple(fc.constant(type), values))
  fc.assert(
    fc.property(pairs, ([type, value]) => {
      const maker = new CastMaker()
      const made = maker.castOf(jsonSchemaOf(type, 'output') as JsonSchema, '')
      if (made) cast++
      const sent: unknown = JSON.parse(JSON.stringify(toJson(value)))
      expect(restore(made, sent, maker.types)).toEqual(value)
    }),
    { numRuns: 1000 },
  )
  expect(cast).toBeGreaterThan(100)
})

test('a type that is plain JSON needs no cast', () => {
  const type = z.object({ a: z.array(z.record(z.string(), z.int())), at: z.iso.datetime() })
  expect(new CastMaker().castOf(jsonSchemaOf(type, 'output') as JsonSchema, '')).toBeUndefined()
})
