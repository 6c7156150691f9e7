import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaOf } from '../json-schema.ts'
import { annotationOf, exposed, mask, masked, pii, sensitive, withhold } from './index.ts'
import { withholderOf } from './withhold.ts'

const secret = sensitive(z.string())
const login = z.object({ user: z.string(), password: secret })

type Tree = { name: string; pin?: string; children: Tree[] }
const tree: z.ZodType<Tree> = z.lazy(() =>
  z.object({ name: z.string(), pin: secret.optional(), children: z.array(tree) }),
)

/** A type, a value of it, what leaves, and a JSON Schema that the latter fits. */
const cases: [string, z.ZodType, unknown, unknown][] = [
  ['a field', login, { user: 'ann', password: 'x' }, { user: 'ann' }],
  ['an optional field', z.object({ a: secret.optional() }), { a: 'x' }, {}],
  ['a nullable field', z.object({ a: secret.nullable() }), { a: null }, {}],
  ['a field with a default', z.object({ a: secret.default('y') }), { a: 'x' }, {}],
  ['a field of a lazy type', z.object({ a: z.lazy(() => secret) }), { a: 'x' }, {}],
  [
    'an object inside',
    z.object({ a: login.optional() }),
    { a: { user: 'ann', password: 'x' } },
    { a: { user: 'ann' } },
  ],
  ['a list of objects', z.array(login), [{ user: 'ann', password: 'x' }], [{ user: 'ann' }]],
  ['a list of secrets', z.array(secret), ['x', 'y'], []],
  ['a tuple', z.tuple([z.int(), secret]), [1, 'x'], [1, null]],
  ['a set', z.set(secret), new Set(['x']), new Set()],
  ['a map', z.map(z.string(), secret), new Map([['a', 'x']]), [['a', null]]],
  ['the keys of a map', z.map(secret, z.int()), new Map([['x', 1]]), [[null, 1]]],
  ['a record', z.record(z.string(), secret), { a: 'x' }, {}],
  ['the keys of a record', z.record(secret, z.int()), { x: 1 }, {}],
  ['a loose object', z.looseObject({ a: secret }), { a: 'x', b: 1 }, { b: 1 }],
  ['a catchall', z.object({ a: z.int() }).catchall(secret), { a: 1, b: 'x' }, { a: 1 }],
  [
    'a member of a union',
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), token: secret }),
      z.object({ kind: z.literal('b'), token: z.string() }),
    ]),
    { kind: 'a', token: 'x' },
    { kind: 'a' },
  ],
  ['a union of an object and nothing', z.object({ a: z.union([secret, z.null()]) }), { a: 'x' }, {}],
  [
    'both sides of an intersection',
    z.intersection(login, z.union([z.object({ pin: secret }), z.object({ id: z.int() })])),
    { user: 'ann', password: 'x', pin: '1' },
    { user: 'ann' },
  ],
  [
    'a type that contains itself',
    tree,
    { name: 'a', pin: '1', children: [{ name: 'b', pin: '2', children: [] }] },
    { name: 'a', children: [{ name: 'b', children: [] }] },
  ],
  ['what a secret was changed into', z.object({ a: secret.transform((text) => text.length) }), { a: 1 }, {}],
  ['the whole value', secret, 'x', undefined],
]

test.each(cases)('a secret does not leave: %s', (_, type, value, told) => {
  const before = structuredClone(value)
  expect(withhold(type, value)).toEqual(told)
  expect(value).toEqual(before)
})

test.each(cases)('the schema of an answer says what leaves: %s', (_, type, _value, told) => {
  const published = z.fromJSONSchema(jsonSchemaOf(type, 'answer') as never)
  const json: unknown = told === undefined ? null : JSON.parse(JSON.stringify(told instanceof Set ? [...told] : told))
  expect(published.safeParse(json).error).toBeUndefined()
  expect(JSON.stringify(jsonSchemaOf(type, 'answer'))).not.toMatch(/password|"pin"|x-withheld|x-sensitive/)
})

test('what is exposed leaves with all that is in it, and stays marked', () => {
  const shown = exposed(secret)
  expect(annotationOf(shown)).toEqual({ sensitive: true })
  expect(mask(shown, 'x')).toBe(masked)
  const type = z.object({ key: shown, other: secret, login: exposed(login), list: z.array(shown).optional() })
  const value = { key: 'x', other: 'y', login: { user: 'ann', password: 'z' }, list: ['a'] }
  const { other: _, ...leaves } = value
  expect(withhold(type, value)).toEqual(leaves)
  const { properties, required } = jsonSchemaOf(type, 'answer')
  expect(properties).toEqual({
    key: { type: 'string', 'x-sensitive': true },
    login: jsonSchemaOf(login, 'output') as object,
    list: { type: 'array', items: { type: 'string', 'x-sensitive': true } },
  })
  expect(required).toEqual(['key', 'login'])
})

test('a type without secrets is not looked through, and its answer is described as it is', () => {
  const open = z.object({ a: z.array(z.object({ b: pii(z.string()) })), key: exposed(secret) })
  expect(withholderOf(open)).toBeUndefined()
  expect(jsonSchemaOf(open, 'answer')).toBe(jsonSchemaOf(open, 'output'))
  expect(withhold(z.object({ a: pii(z.string()) }), { a: 'ann' })).toEqual({ a: 'ann' })
})

test('an error masks personal data beside what it withholds', () => {
  const data = z.object({ owner: pii(z.string()), pin: secret, at: z.int() })
  expect(withholderOf(data, 'error')!({ owner: 'ann', pin: '1', at: 3 })).toEqual({ owner: masked, at: 3 })
})
