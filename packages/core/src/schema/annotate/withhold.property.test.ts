import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaOf } from '../json-schema.ts'
import { toJson } from '../to-json.ts'
import { exposed, sensitive, withhold } from './index.ts'

/** A type with a value of it. What must not leave holds the word SECRET, what may leave all the same the word SHOWN. */
interface Sample {
  readonly type: z.ZodType
  readonly value: unknown
}

const leaf = fc.oneof(
  fc.integer().map((value): Sample => ({ type: z.int(), value })),
  fc.constant<Sample>({ type: z.string(), value: 'open' }),
  fc.constant<Sample>({ type: sensitive(z.string()), value: 'SECRET' }),
  fc.constant<Sample>({ type: exposed(sensitive(z.string())), value: 'SHOWN' }),
  fc.constant<Sample>({ type: sensitive(z.object({ a: z.string() })), value: { a: 'SECRET' } }),
)

const { sample } = fc.letrec<{ sample: Sample }>((tie) => {
  const some = fc.array(tie('sample'), { minLength: 1, maxLength: 3 })
  return {
    sample: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      some.map((parts) => ({
        type: z.object(Object.fromEntries(parts.map(({ type }, index) => [`f${index}`, type]))),
        value: Object.fromEntries(parts.map(({ value }, index) => [`f${index}`, value])),
      })),
      tie('sample').map(({ type, value }) => ({ type: z.array(type), value: [value, value] })),
      some.map((parts) => ({
        type: z.tuple(parts.map(({ type }) => type) as [z.ZodType]),
        value: parts.map(({ value }) => value),
      })),
      tie('sample').map(({ type, value }) => ({ type: z.record(z.string(), type), value: { a: value, b: value } })),
      tie('sample').map(({ type, value }) => ({ type: z.map(z.string(), type), value: new Map([['a', value]]) })),
      tie('sample').map(({ type, value }) => ({ type: z.set(type), value: new Set([value]) })),
      tie('sample').map(({ type, value }) => ({ type: type.optional(), value })),
      tie('sample').map(({ type, value }) => ({ type: type.nullable(), value })),
      tie('sample').map(({ type, value }) => ({ type: z.lazy(() => type), value })),
      some.map((parts) => ({
        type: z.union(parts.map(({ type }, index) => z.object({ kind: z.literal(index), part: type }))),
        value: { kind: 0, part: parts[0]!.value },
      })),
      fc.tuple(tie('sample'), tie('sample')).map(([left, right]) => ({
        type: z.intersection(z.object({ left: left.type }), z.object({ right: right.type })),
        value: { left: left.value, right: right.value },
      })),
    ),
  }
})

const text = (value: unknown) => JSON.stringify(toJson(value))
const count = (value: unknown, word: string) => text(value).split(word).length - 1

test('no secret leaves, all that may leave does, and the published schema says what leaves', () => {
  fc.assert(
    fc.property(sample, ({ type, value }) => {
      const told = withhold(type, value)
      expect(text(told)).not.toContain('SECRET')
      expect(count(told, 'SHOWN')).toBe(count(value, 'SHOWN'))
      expect(count(told, 'open')).toBe(count(value, 'open'))
      const published = z.fromJSONSchema(jsonSchemaOf(type, 'answer') as never)
      expect(published.safeParse(toJson(told ?? null)).error).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})
