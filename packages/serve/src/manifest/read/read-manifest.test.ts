import { app, command, type Manifest } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readManifest } from './read-manifest.ts'

const charge = command('billing.Charge', {
  input: z.object({ cents: z.int() }),
  output: z.object({ left: z.int() }),
  errors: { CardDeclined: z.object({ again: z.date() }) },
  access: 'public',
  run: () => ({ left: 0 }),
})
const opened = await app('billing', { parts: [charge] }).open()
const { manifest } = opened
await opened.close()

interface Draft {
  [field: string]: Draft & string & number
}

/** The manifest as another app tells it, with something changed. */
function told(change: (manifest: Draft, charge: Draft) => void): unknown {
  const draft = JSON.parse(JSON.stringify(manifest)) as Draft
  change(draft, draft['parts']!['command']!['billing.Charge']!)
  return draft
}

const set = (at: Draft, field: string, value: unknown) => Object.assign(at, { [field]: value })

function nested(depth: number): unknown {
  let type: unknown = { type: 'string' }
  for (let level = 0; level < depth; level++) type = { type: 'array', items: type }
  return type
}

/** Each type is of two of the one before it. */
const doubling = (times: number, keyword: 'anyOf' | 'prefixItems') =>
  Object.fromEntries(
    Array.from({ length: times }, (_, at) => {
      const inner = at === 0 ? { type: 'string' } : { $ref: `#/$defs/T${at - 1}` }
      return [`T${at}`, { [keyword]: [inner, inner] }]
    }),
  )

test('what an app tells of itself is read as it stands', () => {
  const json = JSON.parse(JSON.stringify(manifest)) as Manifest
  expect(readManifest(json, 'here')).toEqual(json)
})

const wrong: readonly (readonly [what: string, change: (manifest: Draft, charge: Draft) => void, place: string])[] = [
  ['a name with the end of a comment', (all) => set(all, 'app', '*/ console.log(1); /*'), 'at app'],
  ['a name of two lines', (all) => set(all, 'app', 'a\nb'), 'at app'],
  ['a hash that is none', (all) => set(all, 'hash', 'a"\r\nx: y'), 'at hash'],
  ['a domain that is a path', (_, one) => set(one, 'domain', '../../evil'), 'at parts/command/billing.Charge/domain'],
  ['a name in small letters', (_, one) => set(one, 'name', 'billing.charge'), 'at parts/command/billing.Charge/name'],
  ['another name', (_, one) => set(one, 'name', 'billing.Pay'), 'at parts/command/billing.Charge/name'],
  ['a type that is a text', (_, one) => set(one, 'input', 'x'), 'at parts/command/billing.Charge/input'],
  ['a code that is no name', (_, one) => set(one, 'errors', { 'a-b': {} }), 'parts/command/billing.Charge/errors/a-b'],
  ['errors in a list', (_, one) => set(one, 'errors', [1]), 'at parts/command/billing.Charge/errors'],
  ['no command', (all) => set(all['parts']!['command']!, 'billing.Charge', null), 'at parts/command/billing.Charge'],
  ['a wrong answer', (_, one) => set(one, 'output', { type: 1 }), 'at parts/command/billing.Charge/output/type'],
  ['a pattern that is none', (_, one) => set(one, 'input', { pattern: '(' }), 'billing.Charge/input/pattern'],
  ['a reference to nothing', (_, one) => set(one, 'input', { $ref: '#/x' }), 'billing.Charge/input/$ref'],
  [
    'a type of itself',
    (_, one) => set(one, 'input', { $defs: { A: { anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }] } } }),
    'billing.Charge/input/$defs/A',
  ],
  [
    'types of each other',
    (_, one) =>
      set(one, 'input', {
        properties: { a: { $ref: '#/$defs/A' } },
        $defs: { A: { allOf: [{ $ref: '#/$defs/B' }] }, B: { $ref: '#/$defs/A' } },
      }),
    'billing.Charge/input/$defs/A',
  ],
  [
    'a union that doubles forty times',
    (_, one) => set(one, 'input', { $ref: '#/$defs/T39', $defs: doubling(40, 'anyOf') }),
    'a union of more than 1000 types',
  ],
  [
    'a type that doubles forty times',
    (_, one) => set(one, 'input', { $ref: '#/$defs/T39', $defs: doubling(40, 'prefixItems') }),
    'a type of more than 200000 types',
  ],
  [
    'a type of 5,000 levels',
    (_, one) => set(one, 'input', nested(5000)),
    'input/items/items/items/items/…/items/items',
  ],
  ['an event that is none', (all) => set(all['parts']!, 'event', { '../x': {} }), 'at parts/event/../x'],
  ['an entity that is none', (all) => set(all['parts']!, 'entity', { Order: { fields: 1 } }), 'parts/entity/Order'],
]

test.each(wrong)('%s is refused with its place', (_, change, place) => {
  let message = ''
  try {
    readManifest(told(change), 'other.json')
  } catch (thrown) {
    message = (thrown as Error).message
  }
  expect(message).toMatch(/^other.json: it is no manifest of format 1: /)
  expect(message).toContain(place)
})

test('a field that would become a prototype is refused', () => {
  const text = JSON.stringify(manifest).replace('"cents":', '"__proto__":')
  expect(() => readManifest(JSON.parse(text), 'x')).toThrow('properties/__proto__')
})

test.each([undefined, null, 1, 'x', [], {}, { heddle: 2 }, { heddle: 1, parts: null }])(
  'what is no manifest at all is refused: %j',
  (json) => {
    expect(() => readManifest(json, 'here')).toThrow('here: it is no manifest of format 1')
  },
)

test('types may hold themselves where a value stands between', () => {
  const Tree: z.ZodType = z.object({ children: z.array(z.lazy(() => Tree)), parent: z.lazy(() => Tree).optional() })
  const json = told((_, one) => set(one, 'input', z.toJSONSchema(z.object({ tree: Tree }), { cycles: 'ref' })))
  expect(() => readManifest(json, 'here')).not.toThrow()
})
