import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { castInput } from '../schema/cast.ts'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import { findRefusals } from './compare-schema.ts'

const refusals = (given: z.ZodType, wanted: z.ZodType) =>
  findRefusals(jsonSchemaOf(given, 'input'), jsonSchemaOf(wanted, 'input')).map(
    ({ path, what, from, to }) => `${['', ...path].join('/')} ${what} ${from} → ${to}`,
  )

test.each<[string, z.ZodType, z.ZodType, string[]]>([
  ['another type', z.string(), z.number(), [' type string → number']],
  ['a type fewer', z.string().nullable(), z.string(), [' type string or null → string']],
  ['whole numbers only', z.number(), z.int32(), [' type number → integer']],
  ['a minimum', z.number(), z.number().min(1), [' minimum none → 1']],
  ['a higher minimum', z.number().min(0), z.number().min(1), [' minimum 0 → 1']],
  ['an exclusive minimum', z.number().min(1), z.number().gt(1), [' minimum (exclusive) 1 → 1']],
  ['a lower maximum', z.number().max(2), z.number().max(1), [' maximum 2 → 1']],
  ['a step', z.number().multipleOf(3), z.number().multipleOf(2), [' multiple of 3 → 2']],
  ['a longer least length', z.string(), z.string().min(1), [' shortest length none → 1']],
  ['a shorter length', z.string().max(9), z.string().max(8), [' longest length 9 → 8']],
  ['another pattern', z.string().regex(/^a/), z.string().regex(/^b/), [' pattern ^a → ^b']],
  ['an earlier latest day', z.date(), z.date().max(new Date(0)), [' maximum none → 1970-01-01T00:00:00.000Z']],
  ['a smaller big integer', z.bigint().max(5n), z.bigint().max(4n), [' maximum 5 → 4']],
  ['a value fewer', z.enum(['a', 'b', 'c']), z.enum(['a']), [' value "b" or "c" → none']],
  ['listed values', z.string(), z.enum(['a']), [' value any → "a"']],
  ['one boolean', z.boolean(), z.literal(true), [' value false → none']],
  ['a new required field', z.object({}), z.object({ a: z.int() }), ['/a field unknown → required']],
  [
    'a field that became required',
    z.object({ a: z.string().optional() }),
    z.object({ a: z.string() }),
    ['/a field optional → required'],
  ],
  ['a field that is gone', z.object({ a: z.string() }), z.object({}), ['/a field required → unknown']],
  [
    'a change deep inside',
    z.object({ a: z.array(z.object({ b: z.int() })) }),
    z.object({ a: z.array(z.object({ b: z.string() })) }),
    ['/a/#/b type integer → string'],
  ],
  ['unknown fields', z.looseObject({}), z.object({}), ['/# field any field → only known fields']],
  ['fewer elements', z.array(z.string()), z.array(z.string()).max(3), [' most elements none → 3']],
  ['a longer tuple', z.tuple([z.int()]), z.tuple([z.int(), z.int()]), [' fewest elements 1 → 2']],
  [
    'a shorter tuple',
    z.tuple([z.int(), z.int()]),
    z.tuple([z.int()]),
    ['/1 element allowed → unknown', ' most elements 2 → 1'],
  ],
  ['another element of a tuple', z.tuple([z.int()]), z.tuple([z.string()]), ['/0 type integer → string']],
  [
    'other keys of a record',
    z.record(z.string(), z.int()),
    z.record(z.string().min(2), z.int()),
    ['/# key: shortest length none → 2'],
  ],
  [
    'other values of a record',
    z.record(z.string(), z.int()),
    z.record(z.string(), z.string()),
    ['/# type integer → string'],
  ],
  ['a member fewer', z.union([z.string(), z.int()]), z.string(), [' type string or integer → string']],
  [
    'a change in one member of a discriminated union',
    z.discriminatedUnion('k', [z.object({ k: z.literal('a'), n: z.int() }), z.object({ k: z.literal('b') })]),
    z.discriminatedUnion('k', [z.object({ k: z.literal('a'), n: z.string() }), z.object({ k: z.literal('b') })]),
    ['/n type integer → string'],
  ],
  ['anything before', z.unknown(), z.string(), [' type any value → string']],
  ['nothing after', z.string(), z.never(), [' type string → nothing']],
])('a narrower type is found: %s', (_, given, wanted, expected) => {
  expect(refusals(given, wanted).toSorted()).toEqual(expected.toSorted())
  expect(refusals(wanted, wanted)).toEqual([])
})

test.each<[string, z.ZodType, z.ZodType]>([
  ['a new optional field', z.object({}), z.object({ a: z.int().optional() })],
  ['a new field with a default', z.object({}), z.object({ a: z.int().default(1) })],
  ['a type more', z.string(), z.string().nullable()],
  ['any number', z.int(), z.number()],
  ['a wider range', z.int().min(1).max(5), z.int().min(0).max(9)],
  ['above four is at least five', z.int().gt(4), z.int().min(5)],
  ['a divisor of the step', z.number().multipleOf(6), z.number().multipleOf(3)],
  ['a value more', z.enum(['a']), z.enum(['a', 'b'])],
  ['listed values become any text', z.enum(['a', 'b']), z.string().max(1)],
  ['listed values that match', z.enum(['aa', 'ab']), z.string().regex(/^a/)],
  ['both booleans', z.boolean(), z.literal([true, false])],
  ['values split over members', z.enum(['a', 'b']), z.union([z.literal('a'), z.literal('b')])],
  ['no more unknown-field check', z.object({ a: z.int() }), z.looseObject({ a: z.int() })],
  ['a record of the same values', z.object({ a: z.int() }), z.record(z.string(), z.int())],
  ['a list of any length', z.tuple([z.int(), z.int()]), z.array(z.int())],
  [
    'an intersection written as one object',
    z.object({ a: z.int() }).and(z.object({ b: z.int() })),
    z.object({ a: z.int(), b: z.int() }),
  ],
  [
    'one object written as an intersection',
    z.object({ a: z.int(), b: z.int() }),
    z.object({ a: z.int() }).and(z.object({ b: z.int() })),
  ],
  ['another member order', z.union([z.string(), z.int()]), z.union([z.int(), z.string()])],
  ['title and default', z.string(), z.string().default('x').describe('text')],
  ['anything', z.object({ a: z.date() }), z.unknown()],
])('a wider type is accepted: %s', (_, given, wanted) => {
  expect(refusals(given, wanted)).toEqual([])
})

test('a type that contains itself is compared once for each pair of places', () => {
  type Tree = { value: number; children: Tree[] }
  const tree = (value: z.ZodType<number>): z.ZodType<Tree> => {
    const self: z.ZodType<Tree> = z.object({ value, children: z.array(z.lazy(() => self)) })
    return self
  }
  expect(refusals(tree(z.int()), tree(z.number()))).toEqual([])
  expect(refusals(tree(z.number()), tree(z.int()))).toEqual(['/value type number → integer'])
})

test('a definition that another schema unrolls is still the same', () => {
  type List = { next?: List }
  const list: z.ZodType<List> = z.object({ next: z.lazy(() => list).optional() })
  const unrolled: z.ZodType<List> = z.object({ next: z.object({ next: z.lazy(() => unrolled).optional() }).optional() })
  expect(refusals(list, unrolled)).toEqual([])
  expect(refusals(unrolled, list)).toEqual([])
})

test('an intersection with a type that contains itself comes to an end', () => {
  type Tree = { a?: Tree; b?: Tree }
  const tree: z.ZodType<Tree> = z
    .object({ a: z.lazy(() => tree).optional() })
    .and(z.object({ b: z.lazy(() => tree).optional() }).meta({ id: 'check-other-half' }))
  expect(refusals(tree, tree)).toEqual([])
})

test('a field that no member of an intersection knows is refused, also where members are definitions', () => {
  const half = z.object({ b: z.int() }).meta({ id: 'check-known-half' })
  const both = z.object({ a: z.int() }).and(half)
  expect(refusals(z.object({ a: z.int(), b: z.int() }), both)).toEqual([])
  expect(refusals(z.object({ a: z.int(), b: z.int(), c: z.int() }), both)).toEqual(['/c field required → unknown'])
  expect(refusals(both, z.object({ a: z.int() }))).toEqual(['/b field required → unknown'])
})

test('what cannot be shown counts as refused, and is marked', () => {
  const [given, wanted] = [z.string().regex(/^[ab]$/), z.string().regex(/^[a-c]$/)]
  expect(findRefusals(jsonSchemaOf(given, 'input'), jsonSchemaOf(wanted, 'input'))).toMatchObject([{ isProven: false }])
  expect(findRefusals({ type: 'string' }, { type: 'string', 'made-up': 1 })).toMatchObject([{ isProven: false }])
  const overlapping = {
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'string', maxLength: 5 },
    ],
  }
  expect(findRefusals({ type: 'string', maxLength: 5 }, overlapping)).toMatchObject([{ isProven: false }])
  expect(findRefusals(overlapping, overlapping)).toEqual([])
})

/** A type as data, so that it can be changed, made, and filled with values. */
type Spec =
  | { kind: 'string'; min: number; max: number }
  | { kind: 'int'; min: number; max: number }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'boolean' | 'null' | 'date' | 'unknown' }
  | { kind: 'enum'; values: string[] }
  | { kind: 'array'; element: Spec; min: number; max: number }
  | { kind: 'tuple'; items: Spec[] }
  | { kind: 'record'; element: Spec }
  | { kind: 'object'; fields: Record<string, { type: Spec; optional: boolean }> }
  | { kind: 'union'; members: Spec[] }
  | { kind: 'and'; left: Spec; right: Spec }

function make(spec: Spec, object: typeof z.object | typeof z.strictObject = z.strictObject): z.ZodType {
  const inner = (part: Spec) => make(part, object)
  switch (spec.kind) {
    case 'string':
      return z.string().min(spec.min).max(spec.max)
    case 'int':
      return z.int().min(spec.min).max(spec.max)
    case 'number':
      return z.number().min(spec.min).max(spec.max)
    case 'enum':
      return z.enum(spec.values)
    case 'array':
      return z.array(inner(spec.element)).min(spec.min).max(spec.max)
    case 'tuple':
      return z.tuple(spec.items.map(inner) as [z.ZodType])
    case 'record':
      return z.record(z.string(), inner(spec.element))
    case 'object':
      return object(
        Object.fromEntries(
          Object.entries(spec.fields).map(([field, { type, optional }]) => [
            field,
            optional ? inner(type).optional() : inner(type),
          ]),
        ),
      )
    case 'union':
      return z.union(spec.members.map(inner))
    case 'and':
      return z.intersection(inner(spec.left), inner(spec.right))
    default:
      return { boolean: z.boolean(), null: z.null(), date: z.date(), unknown: z.unknown() }[spec.kind]
  }
}

/** JSON that fits a type. */
function valuesOf(spec: Spec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'string':
      return fc.string({ minLength: spec.min, maxLength: spec.max })
    case 'int':
      return fc.integer({ min: spec.min, max: spec.max })
    case 'number':
      return fc.oneof(
        fc.double({ min: spec.min, max: spec.max, noNaN: true }),
        fc.constantFrom(spec.min, spec.max, (spec.min + spec.max) / 2),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'date':
      return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(9e12) }).map((date) => date.toISOString())
    case 'unknown':
      return fc.jsonValue()
    case 'enum':
      return fc.constantFrom(...spec.values)
    case 'array':
      return fc.array(valuesOf(spec.element), { minLength: spec.min, maxLength: spec.max })
    case 'tuple':
      return fc.tuple(...spec.items.map(valuesOf))
    case 'record':
      return fc.dictionary(fc.constantFrom('a', 'b', 'c', 'other'), valuesOf(spec.element))
    case 'object': {
      const fields = Object.entries(spec.fields)
      const required = fields.filter(([, { optional }]) => !optional).map(([field]) => field)
      return fc.record(Object.fromEntries(fields.map(([field, { type }]) => [field, valuesOf(type)])), {
        requiredKeys: required,
        noNullPrototype: true,
      } as never)
    }
    case 'union':
      return fc.oneof(...spec.members.map(valuesOf))
    case 'and':
      return fc
        .tuple(valuesOf(spec.left), valuesOf(spec.right))
        .map(([left, right]) => ({ ...(left as object), ...(right as object) }))
  }
}

const range = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .map(([min, more]) => ({ min, max: min + more }))
const names = ['a', 'b', 'c']

const { spec, object } = fc.letrec<{ spec: Spec; object: Extract<Spec, { kind: 'object' }> }>((tie) => ({
  object: fc
    .dictionary(fc.constantFrom(...names), fc.record({ type: tie('spec'), optional: fc.boolean() }), {
      maxKeys: 3,
      noNullPrototype: true,
    })
    .map((fields) => ({ kind: 'object' as const, fields })),
  spec: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(
      range.map((limits): Spec => ({ kind: 'string', ...limits })),
      range.map((limits): Spec => ({ kind: 'int', ...limits })),
      range.map((limits): Spec => ({ kind: 'number', ...limits })),
      fc.constantFrom<Spec>({ kind: 'boolean' }, { kind: 'null' }, { kind: 'date' }, { kind: 'unknown' }),
      fc
        .uniqueArray(fc.constantFrom('a', 'bb', 'ccc'), { minLength: 1 })
        .map((values): Spec => ({ kind: 'enum', values })),
    ),
    tie('object'),
    fc.tuple(tie('spec'), range).map(([element, limits]): Spec => ({ kind: 'array', element, ...limits })),
    fc.array(tie('spec'), { minLength: 1, maxLength: 3 }).map((items): Spec => ({ kind: 'tuple', items })),
    tie('spec').map((element): Spec => ({ kind: 'record', element })),
    fc.array(tie('spec'), { minLength: 2, maxLength: 3 }).map((members): Spec => ({ kind: 'union', members })),
    fc
      .tuple(tie('object'), tie('object'))
      .filter(([a, b]) => !Object.keys(a.fields).some((field) => field in b.fields))
      .map(([left, right]): Spec => ({ kind: 'and', left, right })),
  ),
}))

/** The same type with a change somewhere, wider or narrower. */
const changed = (of: Spec): fc.Arbitrary<Spec> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(of) },
    { weight: 1, arbitrary: spec },
    { weight: 1, arbitrary: spec.map((other): Spec => ({ kind: 'union', members: [of, other] })) },
    { weight: 6, arbitrary: changedInside(of) },
  )

function changedInside(of: Spec): fc.Arbitrary<Spec> {
  switch (of.kind) {
    case 'string':
    case 'int':
    case 'number':
      return fc.tuple(range, fc.constantFrom(of.kind, 'number' as const)).map(([limits, kind]) => ({ kind, ...limits }))
    case 'enum':
      return fc.constantFrom<Spec>({ kind: 'string', min: 0, max: 3 }, { kind: 'enum', values: ['a', 'bb', 'ccc'] })
    case 'array':
      return fc.tuple(changed(of.element), range).map(([element, limits]) => ({ kind: 'array', element, ...limits }))
    case 'tuple':
      return fc.tuple(...of.items.map(changed)).map((items): Spec => ({ kind: 'tuple', items }))
    case 'record':
      return changed(of.element).map((element) => ({ kind: 'record', element }))
    case 'union':
      return fc.tuple(...of.members.map(changed)).map((members): Spec => ({ kind: 'union', members }))
    case 'object':
      return fc
        .tuple(
          object,
          ...Object.entries(of.fields).map(([field, { type }]) =>
            fc.record({ field: fc.constant(field), type: changed(type), optional: fc.boolean() }),
          ),
        )
        .map(([more, ...fields]): Spec => ({
          kind: 'object',
          fields: {
            ...(fields.length % 2 === 0 ? more.fields : {}),
            ...Object.fromEntries(fields.map(({ field, type, optional }) => [field, { type, optional }])),
          },
        }))
    case 'and':
      return fc.constant<Spec>({
        kind: 'object',
        fields: {
          ...(of.left as never as { fields: object }).fields,
          ...(of.right as never as { fields: object }).fields,
        },
      })
    default:
      return fc.constant(of)
  }
}

test('a value of an accepted type is never refused', () => {
  let accepted = 0
  fc.assert(
    fc.property(
      spec.chain((given) =>
        fc.tuple(fc.constant(given), changed(given), fc.array(valuesOf(given), { minLength: 8, maxLength: 8 })),
      ),
      ([given, wanted, values]) => {
        const [from, to] = [make(given), make(wanted)]
        if (refusals(from, to).length > 0) return
        accepted++
        for (const json of values) {
          // An intersection of two generated objects, or a date inside an unknown, may refuse its own values.
          if (!from.safeParse(castInput(from, json, 'json')).success) continue
          const { error } = to.safeParse(castInput(to, json, 'json'))
          expect(error?.issues ?? []).toEqual([])
        }
      },
    ),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(500) // Otherwise nothing would have been looked at.
})

test('a reader that passes over unknown fields reads every value of a type that is accepted', () => {
  let accepted = 0
  fc.assert(
    fc.property(
      spec.chain((given) =>
        fc.tuple(fc.constant(given), changed(given), fc.array(valuesOf(given), { minLength: 8, maxLength: 8 })),
      ),
      ([given, wanted, values]) => {
        const [from, to] = [make(given), make(wanted, z.object)]
        const [written, read] = [jsonSchemaOf(from, 'output'), jsonSchemaOf(make(wanted), 'output')]
        if (findRefusals(written, read, { ignoresUnknownFields: true }).length > 0) return
        accepted++
        for (const json of values) {
          if (!from.safeParse(castInput(from, json, 'json')).success) continue
          expect(to.safeParse(castInput(to, json, 'json')).error?.issues ?? []).toEqual([])
        }
      },
    ),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(500)
})

test('every type accepts its own values', () => {
  fc.assert(
    fc.property(spec, (one) => {
      expect(refusals(make(one), make(one))).toEqual([])
    }),
    { numRuns: 500 },
  )
})
