import { expect, test } from 'vitest'
import { z } from 'zod'
import { compileSchema, Issues } from '../index.ts'
import { strictTwin } from './strict-twin.ts'

/** The unknown keys that a strict check refuses, with their paths; the value where it refuses none. */
const refused = (schema: z.ZodType, value: unknown) => {
  const answer = compileSchema(schema, { unknownKeys: 'strict' }).run(value)
  if (!(answer instanceof Issues)) return answer
  return answer.issues.map((issue) => [
    issue.code,
    issue.path.join('/'),
    ...(issue.code === 'unrecognized_keys' ? issue.keys : []),
  ])
}

const inner = z.object({ a: z.string() })

test('refuses unknown keys at every depth, and only where an object does not say otherwise', () => {
  const schema = z.object({
    list: z.array(inner),
    loose: z.looseObject({ deep: inner }),
    rest: z.object({}).catchall(inner),
    strip: z.record(z.string(), inner.optional().nullable()),
  })
  const value = {
    list: [{ a: 'x', b: 1 }],
    loose: { deep: { a: 'x', c: 1 }, more: 1 },
    rest: { any: { a: 'x', d: 1 } },
    strip: { r: { a: 'x', e: 1 } },
    f: 1,
  }
  expect(refused(schema, value)).toEqual([
    ['unrecognized_keys', 'list/0', 'b'],
    ['unrecognized_keys', 'loose/deep', 'c'],
    ['unrecognized_keys', 'rest/any', 'd'],
    ['unrecognized_keys', 'strip/r', 'e'],
    ['unrecognized_keys', '', 'f'],
  ])
})

test('a union takes the member that knows all keys', () => {
  const schema = z.union([z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })])
  expect(refused(schema, { a: 'x', b: 'y' })).toEqual({ a: 'x', b: 'y' })
  expect(refused(schema, { a: 'x', c: 'y' })).toEqual([['unrecognized_keys', '', 'c']])
})

test('the sides of an intersection do not refuse each other’s keys', () => {
  const schema = z.intersection(z.object({ a: z.string() }), z.object({ b: z.object({ c: z.string() }) }))
  expect(refused(schema, { a: 'x', b: { c: 'y' } })).toEqual({ a: 'x', b: { c: 'y' } })
  expect(refused(schema, { a: 'x', b: { c: 'y', d: 1 }, e: 1 })).toEqual([
    ['unrecognized_keys', 'b', 'd'],
    ['unrecognized_keys', '', 'e'],
  ])
})

test('a field that both sides declare keeps its objects as declared', () => {
  const schema = z.intersection(
    z.object({ a: z.object({ x: z.string() }) }),
    z.object({ a: z.object({ y: z.string() }) }),
  )
  expect(refused(schema, { a: { x: '1', y: '2' } })).toEqual({ a: { x: '1', y: '2' } })
  expect(refused(schema, { a: { x: '1', y: '2' }, b: 1 })).toEqual([['unrecognized_keys', '', 'b']])
})

test('three sides, wrappers, unions and discriminated unions inside intersections', () => {
  const three = z
    .object({ a: z.string() })
    .and(z.object({ b: z.string() }).optional())
    .and(z.object({ c: z.string() }))
  expect(refused(three, { a: '1', b: '2', c: '3' })).toEqual({ a: '1', b: '2', c: '3' })
  expect(refused(three, { a: '1', b: '2', c: '3', d: '4' })).toEqual([['unrecognized_keys', '', 'd']])
  const kinds = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('x'), x: z.string() }),
    z.object({ kind: z.literal('y') }),
  ])
  expect(refused(z.intersection(kinds, z.object({ c: z.string() })), { kind: 'x', x: '1', c: '2' })).toEqual({
    kind: 'x',
    x: '1',
    c: '2',
  })
  expect(refused(z.intersection(kinds, z.object({ c: z.string() })), { kind: 'y', x: '1', c: '2' })).toEqual([
    ['unrecognized_keys', '', 'x'],
  ])
  const either = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])
  expect(refused(z.intersection(either, z.object({ c: z.string() })), { b: '1', c: '2' })).toEqual({ b: '1', c: '2' })
})

test('recursive types are strict all the way down, whether by getter or by lazy', () => {
  const tree = z.object({
    name: z.string(),
    get children() {
      return z.array(tree)
    },
  })
  const list: z.ZodType = z.object({ next: z.lazy(() => list).optional() })
  expect(refused(tree, { name: 'a', children: [{ name: 'b', children: [], x: 1 }] })).toEqual([
    ['unrecognized_keys', 'children/0', 'x'],
  ])
  expect(refused(list, { next: { next: { x: 1 } } })).toEqual([['unrecognized_keys', 'next/next', 'x']])
})

test('checks, messages and metadata of the declared type stay', () => {
  const schema = z
    .object({ a: z.string() }, 'an object please')
    .refine(({ a }) => a !== 'no', 'not no')
    .meta({ title: 'Thing' })
  const compiled = compileSchema(schema, { unknownKeys: 'strict' })
  const messages = (value: unknown) => {
    const answer = compiled.run(value)
    return answer instanceof Issues ? answer.issues.map(({ message }) => message) : answer
  }
  expect(messages(1)).toEqual(['an object please'])
  expect(messages({ a: 'no' })).toEqual(['not no'])
  expect(messages({ a: 'no', b: 1 })).toEqual(['an object please', 'not no'])
  expect((strictTwin(schema) as z.ZodType).meta()).toMatchObject({ title: 'Thing' })
})

test('a type without objects is its own twin', () => {
  const schema = z.array(z.union([z.string(), z.map(z.string(), z.date())]))
  expect(strictTwin(schema)).toBe(schema)
})
