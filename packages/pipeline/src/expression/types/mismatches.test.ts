import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { types, valuesOf } from '../../../fixtures/expression/types.ts'
import { leaveOutNulls } from './leave-out.ts'
import { mismatches } from './mismatches.ts'
import { schemaOfType } from './schema-of-type.ts'
import { typeOfSchema } from './type-of-schema.ts'
import { typeText } from './type-text.ts'
import type { ValueType } from './value-type.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

const holdsUnknown = (type: ValueType): boolean =>
  JSON.stringify(type).includes('"unknown"') || JSON.stringify(type).includes('"open"')

test(`what fits is taken, whatever the values are (seed ${seed})`, () => {
  const known = types.filter((type) => !holdsUnknown(type))
  let fitted = 0
  fc.assert(
    fc.property(known, known, fc.gen(), (from, to, gen) => {
      if (mismatches(from, to).length > 0) return
      fitted++
      const value = gen(() => valuesOf(from))
      const given = (leaveOutNulls(to) ?? ((same: unknown) => same))(value)
      const parsed = schemaOfType(to).safeParse(given)
      if (!parsed.success)
        expect.unreachable(`${typeText(from, 5)} → ${typeText(to, 5)}: ${JSON.stringify(parsed.error.issues)}`)
    }),
    { seed, numRuns: Number(process.env.HEDDLE_EXPRESSIONS ?? 20_000) },
  )
  expect(fitted).toBeGreaterThan(1_000)
})

test(`every type fits itself (seed ${seed})`, () => {
  fc.assert(
    fc.property(types, (type) => {
      expect(mismatches(type, type)).toEqual([])
    }),
    { seed, numRuns: 2_000 },
  )
})

const found = (from: z.ZodType, to: z.ZodType, exact = false): string[] =>
  mismatches(typeOfSchema(from), typeOfSchema(to, 'input'), { exact }).map(({ path, message }) =>
    [...path, message].join('/'),
  )

test('names the place, what was expected and what was found', () => {
  const Flight = z.object({ id: z.string(), delay: z.number(), stops: z.array(z.object({ code: z.string() })) })
  expect(found(Flight, z.object({ delay: z.int() }))).toEqual(['delay/Expected whole number, found number'])
  expect(found(Flight, z.object({ stops: z.array(z.object({ code: z.int() })) }))).toEqual([
    'stops/#/code/Expected whole number, found string',
  ])
  expect(found(Flight, z.object({ dely: z.number() }))).toEqual(['dely/The field "dely" is missing; is it "delay"?'])
  expect(found(Flight, z.string())).toEqual([expect.stringContaining('Expected string, found { id: string')])
})

test('takes fields that nobody asked for, unless they were written down for this reader or it is strict', () => {
  const From = z.object({ id: z.string(), note: z.string() })
  expect(found(From, z.object({ id: z.string() }))).toEqual([])
  expect(found(From, z.object({ id: z.string(), notes: z.string().optional() }), true)).toEqual([
    'note/There is no field "note"; did you mean "notes"?',
  ])
  expect(found(From, z.strictObject({ id: z.string() }))).toEqual(['note/There is no field "note"'])
  expect(found(From, z.looseObject({ id: z.string() }), true)).toEqual([])
})

test('says how null is kept away, and takes it for an optional field, which is left out then', () => {
  const From = z.object({ note: z.string().nullable() })
  const [mismatch] = mismatches(typeOfSchema(From), typeOfSchema(z.object({ note: z.string() })))
  expect(mismatch).toMatchObject({
    path: ['note'],
    message: 'Expected string, found string or null',
    suggestion: 'coalesce(…, a value for null)',
  })
  const Optional = z.object({ note: z.string().optional(), list: z.array(z.object({ a: z.int().optional() })) })
  expect(found(From.extend({ list: z.array(z.object({ a: z.int().nullable() })) }), Optional)).toEqual([])
  const given = leaveOutNulls(typeOfSchema(Optional))?.({ note: null, list: [{ a: null }, { a: 1 }] })
  expect(given).toEqual({ list: [{}, { a: 1 }] })
  expect(leaveOutNulls(typeOfSchema(z.object({ a: z.string().nullable(), b: z.int() })))).toBeUndefined()
})

test('takes no field that may be missing for one that may only be null', () => {
  expect(found(z.object({ a: z.int().optional() }), z.object({ a: z.int().nullable() }))).toEqual([
    'a/The field "a" may be missing',
  ])
  expect(found(z.object({ a: z.int().optional() }), z.object({ a: z.int().optional() }))).toEqual([])
})

test('leaves null out of no record of which nobody knows which of several it is', () => {
  const From = z.object({ a: z.string().nullable() })
  const either = z.union([z.object({ b: z.string() }), z.object({ a: z.string().optional() })])
  expect(found(From, either)).toEqual([expect.stringContaining('Expected { b: string } or { a?: string }')])
  expect(leaveOutNulls(typeOfSchema(either))).toBeUndefined()
  const orText = z.union([z.string(), z.object({ a: z.string().optional() })])
  expect(found(From, orText)).toEqual([])
  expect(leaveOutNulls(typeOfSchema(orText))?.({ a: null })).toEqual({})
})

test('knows which texts an enumeration takes', () => {
  const Status = z.enum(['open', 'shut'])
  expect(found(z.literal('open'), Status)).toEqual([])
  expect(found(z.enum(['open', 'shot']), Status)).toEqual(['Expected "open" or "shut", found "shot"'])
  expect(found(z.string(), Status)).toEqual(['Expected "open" or "shut", found string'])
})
