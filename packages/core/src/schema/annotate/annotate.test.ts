import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaOf } from '../json-schema.ts'
import { annotationOf, findAnnotated, mask, masked, pii, sensitive } from './index.ts'
import { crossesAnnotated, toldPath } from './crosses.ts'
import { maskerOf } from './mask.ts'
import { scrubberOf } from './scrub.ts'

const person = z.object({
  id: z.uuid(),
  email: pii(z.email()),
  login: z.object({ user: z.string(), password: sensitive(z.string().min(12)) }),
})

test('a mark stays when checks, a description or another mark are added', () => {
  expect(annotationOf(sensitive(z.string()).min(3).describe('secret'))).toEqual({ sensitive: true })
  expect(annotationOf(pii(sensitive(z.string())))).toEqual({ sensitive: true, pii: true })
  expect(annotationOf(z.string())).toBeUndefined()
})

test('marking a type leaves the type itself unmarked', () => {
  const text = z.string()
  sensitive(text)
  expect(mask(text, 'open')).toBe('open')
})

const secret = sensitive(z.string())
const wrapped: [string, z.ZodType, unknown, unknown][] = [
  ['optional', secret.optional(), 'x', masked],
  ['optional, left out', secret.optional(), undefined, undefined],
  ['nullable', secret.nullable(), 'x', masked],
  ['nullable, null', secret.nullable(), null, null],
  ['null of a marked type', sensitive(z.string().nullable()), null, masked],
  ['default', secret.default('y'), 'x', masked],
  ['prefault', secret.prefault('y'), 'x', masked],
  ['catch', secret.catch('y'), 'x', masked],
  ['readonly', secret.readonly(), 'x', masked],
  ['nonoptional', secret.optional().nonoptional(), 'x', masked],
  ['lazy', z.lazy(() => secret), 'x', masked],
  ['array', z.array(secret), ['x', 'y'], [masked, masked]],
  ['tuple', z.tuple([z.string(), secret]).rest(z.int()), ['a', 'x', 1], ['a', masked, 1]],
  ['rest of a tuple', z.tuple([z.string()]).rest(secret), ['a', 'x'], ['a', masked]],
  ['record', z.record(z.string(), secret), { a: 'x' }, { a: masked }],
  ['keys of a record', z.record(secret, z.int()), { x: 1 }, masked],
  ['set', z.set(secret), new Set(['x', 'y']), [masked, masked]],
  ['values of a map', z.map(z.string(), secret), new Map([['a', 'x']]), [['a', masked]]],
  ['keys of a map', z.map(secret, z.int()), new Map([['x', 1]]), [[masked, 1]]],
  ['transform', secret.transform((text) => text.length), 7, masked],
  ['pipe', z.string().pipe(secret), 'x', masked],
  ['promise', z.promise(secret), Promise.resolve('x'), masked],
  ['union', z.union([z.int(), z.object({ a: secret })]), { a: 'x' }, { a: masked }],
  ['union, the open member', z.union([z.int(), z.object({ a: secret })]), 7, 7],
  ['union, no member', z.union([z.int(), z.object({ a: secret })]), 'x', masked],
  [
    'intersection',
    z.intersection(z.object({ a: secret }), z.object({ b: z.int() })),
    { a: 'x', b: 1 },
    { a: masked, b: 1 },
  ],
  ['loose object', z.looseObject({ a: secret }), { a: 'x', b: 1 }, { a: masked, b: 1 }],
  ['catchall', z.object({ b: z.int() }).catchall(secret), { a: 'x', b: 1 }, { a: masked, b: 1 }],
  ['preprocess', z.preprocess((value) => value, z.object({ a: secret })), { a: 'x' }, { a: masked }],
]

test.each(wrapped)('a mark survives inside of %s', (_kind, type, value, expected) => {
  expect(mask(type, value)).toEqual(expected)
  expect(mask(z.object({ deep: z.array(type) }), { deep: [value] })).toEqual({ deep: [expected] })
})

test('what does not have the shape of its type is masked, because a marked value may hide in it', () => {
  expect(mask(person, 'ann@example.com', 'input')).toBe(masked)
  expect(mask(person, { id: '1', emial: 'ann@example.com', login: ['x'] }, 'input')).toEqual({
    id: '1',
    '•••': masked,
    login: masked,
  })
})

test('a type without marks gives the value back as it is', () => {
  const value = { a: [1] }
  expect(mask(z.object({ a: z.array(z.int()) }), value)).toBe(value)
})

test('masking changes nothing in the value, and is idempotent', () => {
  const value = Object.freeze({
    id: '1',
    email: 'ann@example.com',
    login: Object.freeze({ user: 'ann', password: 'x' }),
  })
  const shown = { id: '1', email: masked, login: { user: 'ann', password: masked } }
  expect(mask(person, value)).toEqual(shown)
  expect(mask(person, shown)).toEqual(shown)
})

test('types that contain themselves are masked at every depth', () => {
  const tree = z.object({
    secret,
    get children() {
      return z.array(tree)
    },
  })
  expect(mask(tree, { secret: 'x', children: [{ secret: 'y', children: [] }] })).toEqual({
    secret: masked,
    children: [{ secret: masked, children: [] }],
  })
})

test('the marked places of a type are found, each once', () => {
  expect(findAnnotated(z.object({ people: z.array(person), either: z.union([secret, pii(z.int())]) }))).toEqual([
    { path: ['people', '#', 'email'], pii: true },
    { path: ['people', '#', 'login', 'password'], sensitive: true },
    { path: ['either'], sensitive: true, pii: true },
  ])
})

test('the JSON Schema says what is marked and shows no value of it', () => {
  const type = z
    .object({ token: sensitive(z.string()).default('hunter2'), name: pii(z.string()).meta({ examples: ['Ann'] }) })
    .meta({ examples: [{ token: 'hunter2', name: 'Ann' }] })
  for (const side of ['input', 'output'] as const) {
    const json = jsonSchemaOf(z.object({ inner: type.prefault({ token: 'hunter2', name: 'Ann' }) }), side)
    expect(JSON.stringify(json)).not.toMatch(/hunter2|Ann/)
    expect(json).toMatchObject({
      properties: {
        inner: { properties: { token: { 'x-sensitive': true }, name: { 'x-pii': true, type: 'string' } } },
      },
    })
  }
})

test('a path crosses a mark at it or above it, through wrappers and unions', () => {
  const type = z.object({
    list: z.array(z.union([z.int(), person]).optional()),
    card: sensitive(z.object({ no: z.string() })),
  })
  expect(crossesAnnotated(type, ['list', 3, 'email'])).toBe(true)
  expect(crossesAnnotated(type, ['card', 'no'])).toBe(true)
  expect(crossesAnnotated(type, ['list', 3, 'id'])).toBe(false)
  expect(crossesAnnotated(type, ['unknown'])).toBe(false)
})

test('marked keys of a record are not told in a path', () => {
  const type = z.object({ byEmail: z.record(pii(z.string()), z.object({ age: z.int() })) })
  expect(toldPath(type, ['byEmail', 'ann@example.com', 'age'])).toEqual(['byEmail', masked, 'age'])
  expect(toldPath(person, ['email'])).toEqual(['email'])
})

test('marked values are taken out of texts that others wrote, also where JSON escapes them', () => {
  const type = z.object({ name: pii(z.string()), note: sensitive(z.string()), age: pii(z.int()), open: z.string() })
  const value = { name: 'Al', note: 'say "hi"\n', age: 41, open: 'public' }
  const scrubber = scrubberOf([[maskerOf(type, 'output')!, value]])!
  expect(scrubber.text(`Al is 41, not Albert, 410: ${JSON.stringify(value)}`)).toBe(
    '••• is •••, not Albert, 410: {"name":"•••","note":"•••","age":•••,"open":"public"}',
  )
  expect(scrubber.fields({ Al: [41, 42, 'public'] })).toEqual({ '•••': ['•••', 42, 'public'] })
})

test('where nothing marked is given, there is nothing to take out', () => {
  const type = z.object({ name: pii(z.string()).optional() })
  expect(scrubberOf([[maskerOf(type, 'output')!, {}]])).toBeUndefined()
})

test('a marked value may hold any sign that means something in a pattern', () => {
  const signs = String.raw`-a-1 ^$.*+?()[]{}|/\ "#&~!@%:;<>=,'`
  const scrubber = scrubberOf([[maskerOf(sensitive(z.string()), 'output')!, signs]])!
  expect(scrubber.text(`before ${signs} after`)).toBe('before ••• after')
})
