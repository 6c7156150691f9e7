import { z } from 'zod'
import { leaves } from './leaves.ts'
import type { Random } from './random.ts'
import { anyValue, names } from './values.ts'

type Schema = z.ZodType

/** A type, the same type declared with `z.strictObject`, and a maker of values that often fit. */
export interface Case {
  readonly kind: string
  readonly declared: Schema
  readonly strict: Schema
  readonly value: (random: Random) => unknown
}

type Make = (random: Random, depth: number) => Omit<Case, 'kind'>

const wrap = (inner: Case, make: (schema: Schema) => Schema, value = inner.value): Omit<Case, 'kind'> => ({
  declared: make(inner.declared),
  strict: make(inner.strict),
  value,
})

const pair = (make: (part: (inner: Case) => Schema) => Schema, value: (random: Random) => unknown) => ({
  declared: make(({ declared }) => declared),
  strict: make(({ strict }) => strict),
  value,
})

const refusal = (random: Random) =>
  random.pick([{}, {}, { error: 'refused' }, { abort: true }, { when: () => true }, { path: ['x'] }])

const symbol = Symbol.for('field')

function fields(random: Random, depth: number, keys: readonly string[] = names): Map<string | symbol, Case> {
  const map = new Map<string | symbol, Case>()
  for (let count = random.below(5); count > 0; count--)
    map.set(random.chance(0.04) ? symbol : random.pick(keys), anyCase(random, depth))
  return map
}

const objectValue =
  (shape: ReadonlyMap<string | symbol, Case>, extra: readonly string[] = names) =>
  (random: Random) => {
    const value: Record<PropertyKey, unknown> = {}
    for (const [key, field] of shape) if (random.chance(0.85)) value[key] = field.value(random)
    if (random.chance(0.15)) value[random.pick(extra)] = anyValue(random, 1)
    return value
  }

const shapeOf = (shape: ReadonlyMap<string | symbol, Case>, part: (inner: Case) => Schema) =>
  Object.fromEntries([...shape].map(([key, field]) => [key, part(field)]))

const list = (inner: Case) => (random: Random) => Array.from({ length: random.below(4) }, () => inner.value(random))

/** Makers of the kinds with parts, one per class. */
export const composites: Record<string, Make> = {
  ZodObject(random, depth) {
    const shape = fields(random, depth)
    const catchall = anyCase(random, 0)
    const choice = random.below(10)
    const make = (strict: boolean) => {
      const own = shapeOf(shape, (field) => (strict ? field.strict : field.declared))
      if (choice === 0) return z.strictObject(own)
      if (choice === 1) return z.looseObject(own)
      if (choice === 2) return z.object(own).catchall(strict ? catchall.strict : catchall.declared)
      return (strict ? z.strictObject : z.object)(own, choice === 3 ? { error: 'not an object' } : undefined)
    }
    return { declared: make(false), strict: make(true), value: objectValue(shape) }
  },
  ZodArray(random, depth) {
    const element = anyCase(random, depth)
    const limit = random.pick([undefined, undefined, 'min', 'max', 'length', 'nonempty'] as const)
    return wrap(
      element,
      (inner): Schema => {
        const array = z.array(inner)
        if (limit === undefined) return array
        return limit === 'nonempty' ? array.nonempty('empty') : array[limit](2)
      },
      list(element),
    )
  },
  ZodTuple(random, depth) {
    const items = Array.from({ length: random.below(4) }, () => anyCase(random, depth))
    const rest = random.chance(0.4) ? anyCase(random, depth) : undefined
    return pair(
      (part) =>
        rest
          ? z.tuple(items.map(part) as unknown as [Schema], part(rest))
          : z.tuple(items.map(part) as unknown as [Schema]),
      (values) => {
        const value = items.map((item) => item.value(values))
        if (values.chance(0.2)) value.pop()
        if (values.chance(rest ? 0.6 : 0.1)) value.push(rest ? rest.value(values) : 1)
        return value
      },
    )
  },
  ZodRecord(random, depth) {
    const value = anyCase(random, depth)
    const keys = random.pick([
      z.string(),
      z.string(),
      z.string().min(2),
      z.string().trim(),
      z.number(),
      z.literal([1, 'a']),
      z.enum(['a', 'b']),
      z.string().refine((key) => key !== 'a'),
    ] as const) as z.ZodString
    const make = random.pick([z.record, z.record, z.partialRecord, z.looseRecord] as const) as typeof z.record
    return wrap(
      value,
      (inner) => make(keys, inner),
      objectValue(new Map(names.slice(0, 3).map((name) => [name, value]))),
    )
  },
  ZodMap(random, depth) {
    const [key, value] = [anyCase(random, 0), anyCase(random, depth)]
    const most = random.chance(0.2)
    return pair(
      (part) => (most ? z.map(part(key), part(value)).max(1) : z.map(part(key), part(value))),
      (values) => new Map(Array.from({ length: values.below(3) }, () => [key.value(values), value.value(values)])),
    )
  },
  ZodSet(random, depth) {
    const value = anyCase(random, depth)
    const most = random.chance(0.2)
    return wrap(
      value,
      (inner) => (most ? z.set(inner).min(1).max(2, 'large') : z.set(inner)),
      (values) => new Set(list(value)(values)),
    )
  },
  ZodUnion(random, depth) {
    const error = random.pick([undefined, 'none fits'])
    return union(random, depth, (options) => z.union(options, { error }))
  },
  ZodXor: (random, depth) => union(random, depth, (options) => z.xor(options)),
  ZodDiscriminatedUnion(random, depth) {
    const kinds = ['a', 'b', 1, null].slice(0, 2 + random.below(3))
    const shapes = kinds.map(() =>
      fields(
        random,
        depth,
        names.filter((name) => name !== 'kind'),
      ),
    )
    const open = random.chance(0.1)
    const make = (strict: boolean) =>
      z.discriminatedUnion(
        'kind',
        shapes.map((shape, index) => {
          const tag = z.literal(kinds[index]!)
          const own = {
            kind: index === 0 && open ? tag.optional() : tag,
            ...shapeOf(shape, (field) => (strict ? field.strict : field.declared)),
          }
          return strict ? z.strictObject(own) : z.object(own)
        }) as unknown as [z.ZodObject],
      )
    return {
      declared: make(false),
      strict: make(true),
      value(values) {
        const at = values.below(shapes.length)
        return { kind: values.chance(0.9) ? kinds[at] : 'other', ...(objectValue(shapes[at]!)(values) as object) }
      },
    }
  },
  ZodIntersection(random, depth) {
    // Keys that both sides declare are another matter in strict mode, so they have tests of their own.
    const [left, right] = [fields(random, depth, ['a', 'b', 'c']), fields(random, depth, ['d', '0'])]
    right.delete(symbol)
    if (random.chance(0.2)) {
      const [one, other] = [leafCase(random), leafCase(random)]
      return pair((part) => z.intersection(part(one), part(other)), random.pick([one, other]).value)
    }
    return {
      declared: z.intersection(
        z.object(shapeOf(left, (field) => field.declared)),
        z.object(shapeOf(right, (field) => field.declared)),
      ),
      strict: z.intersection(
        z.strictObject(shapeOf(left, (field) => field.strict)),
        z.strictObject(shapeOf(right, (field) => field.strict)),
      ),
      value: objectValue(new Map([...left, ...right])),
    }
  },
  ZodOptional: (random, depth) => wrap(anyCase(random, depth), (inner) => inner.optional()),
  ZodExactOptional: (random, depth) => wrap(anyCase(random, depth), (inner) => inner.exactOptional()),
  ZodNullable: (random, depth) => wrap(anyCase(random, depth), (inner) => inner.nullable()),
  ZodDefault(random, depth) {
    const inner = anyCase(random, depth)
    const value = random.pick(['a', 1, () => ({ a: 1 })] as const)
    return wrap(inner, (schema) => schema.default(value as never))
  },
  ZodPrefault(random, depth) {
    const inner = anyCase(random, depth)
    const value = random.pick(['a', 1, {}, null] as const)
    return wrap(inner, (schema) => schema.prefault(value as never))
  },
  ZodNonOptional: (random, depth) => wrap(anyCase(random, depth), (inner) => z.nonoptional(inner)),
  ZodSuccess: (random, depth) => wrap(anyCase(random, depth), (inner) => z.success(inner)),
  ZodCatch(random, depth) {
    const inner = anyCase(random, depth)
    const value = random.pick([
      'caught',
      (context: { input: unknown; error: z.core.$ZodError }) => [
        context.input,
        context.error.issues.map(({ message, path }) => [message, path]),
      ],
    ] as const)
    return wrap(inner, (schema) => schema.catch(value as never))
  },
  ZodReadonly: (random, depth) => wrap(anyCase(random, depth), (inner) => inner.readonly()),
  ZodPipe(random, depth) {
    const inner = anyCase(random, depth)
    if (random.chance(0.5)) {
      const next = anyCase(random, depth)
      return pair((part) => z.pipe(part(inner), part(next) as never), inner.value)
    }
    return wrap(inner, (schema) => schema.transform((value) => [value]))
  },
  ZodTransform: (random, depth) => {
    const make = () =>
      z.transform((value, context) => {
        if (value === null) context.addIssue('null')
        if (value === 'a') context.issues.push({ code: 'custom', input: value, message: 'a', continue: true } as never)
        return typeof value === 'string' ? value.length : value
      })
    return { declared: make(), strict: make(), value: anyCase(random, depth).value }
  },
  ZodCodec(random, depth) {
    const [from, to] = [anyCase(random, depth), anyCase(random, 0)]
    const decode = (value: unknown, payload: z.core.ParsePayload) => {
      if (value === 'b') payload.issues.push({ code: 'custom', input: value, message: 'b' } as never)
      return value === 1 ? 'one' : value
    }
    return pair(
      (part) => z.codec(part(from), part(to), { decode: decode as never, encode: (value) => value as never }),
      from.value,
    )
  },
  ZodPreprocess(random, depth) {
    const inner = anyCase(random, depth)
    return wrap(inner, (schema) => z.preprocess((value) => (value === 'null' ? null : value), schema))
  },
  ZodLazy(random, depth) {
    if (random.chance(0.6)) return wrap(anyCase(random, depth), (inner) => z.lazy(() => inner))
    const leaf = anyCase(random, 0)
    return random.pick([
      trees,
      listsOf,
      () => ({ declared: z.json(), strict: z.json(), value: (values: Random) => anyValue(values) }),
    ])(leaf)
  },
  ZodPromise: (random, depth) => wrap(anyCase(random, depth), (inner) => z.promise(inner)),
  ZodFunction: () => {
    const make = () => z.function({ input: [z.string()], output: z.number() }) as unknown as Schema
    return { declared: make(), strict: make(), value: () => (text: string) => text.length }
  },
}

// Objects that contain themselves by getters.
function trees(leaf: Case): Omit<Case, 'kind'> {
  const make = (object: typeof z.object | typeof z.strictObject, schema: Schema) => {
    const node: Schema = object({
      value: schema,
      get children() {
        return z.array(node).optional()
      },
    })
    return node
  }
  const value = (random: Random, depth = 3): unknown => ({
    value: leaf.value(random),
    ...(depth > 0 &&
      random.chance(0.6) && { children: Array.from({ length: random.below(3) }, () => value(random, depth - 1)) }),
    ...(random.chance(0.1) && { extra: 1 }),
  })
  return { declared: make(z.object, leaf.declared), strict: make(z.strictObject, leaf.strict), value }
}

// A list that contains itself by `lazy`.
function listsOf(leaf: Case): Omit<Case, 'kind'> {
  const make = (object: typeof z.object | typeof z.strictObject, schema: Schema) => {
    const node: Schema = z.union([schema, z.lazy(() => object({ next: node }))])
    return node
  }
  const value = (random: Random, depth = 3): unknown =>
    depth > 0 && random.chance(0.5) ? { next: value(random, depth - 1) } : leaf.value(random)
  return { declared: make(z.object, leaf.declared), strict: make(z.strictObject, leaf.strict), value }
}

function union(random: Random, depth: number, make: (options: [Schema]) => Schema): Omit<Case, 'kind'> {
  const options = Array.from({ length: 1 + random.below(3) }, () => anyCase(random, depth))
  return pair(
    (part) => make(options.map(part) as [Schema]),
    (values) => values.pick(options).value(values),
  )
}

/** A type without parts. Values come from the pool, so that about one in ten fits. */
export function leafCase(random: Random): Case {
  const kind = random.chance(0.5)
    ? random.pick(['ZodString', 'ZodNumber', 'ZodBoolean', 'ZodLiteral', 'ZodUnknown'])
    : random.pick(Object.keys(leaves))
  const declared = leaves[kind]!(random)
  return { kind, declared, strict: declared, value: (values) => fitting(declared, values) }
}

// Tries a few values of the pool and takes the first that fits, mostly.
function fitting(schema: Schema, random: Random): unknown {
  let value = anyValue(random, 1)
  for (let tries = random.below(12); tries > 0; tries--) {
    try {
      if (schema.safeParse(value).success) break
    } catch {
      break
    }
    value = anyValue(random, 1)
  }
  return value
}

/** A type of any kind. */
export function anyCase(random: Random, depth: number): Case {
  if (depth <= 0 || random.chance(0.25)) return leafCase(random)
  const kind = random.chance(0.35)
    ? random.pick(['ZodObject', 'ZodArray', 'ZodUnion', 'ZodOptional'])
    : random.pick(Object.keys(composites))
  const made = composites[kind]!(random, depth - 1)
  if (random.chance(0.8)) return { kind, ...made }
  return { kind, ...checked(random, made) }
}

/** Adds checks to any type. The callbacks answer by what they are given alone, because two parses must agree. */
function checked(random: Random, made: Omit<Case, 'kind'>): Omit<Case, 'kind'> {
  const options = refusal(random)
  const choice = random.below(6)
  const add = (schema: Schema): Schema => {
    switch (choice) {
      case 0:
      case 1:
        return schema.refine((value) => JSON.stringify(value, plain)?.length !== 7, options)
      case 2:
        return schema.superRefine((value, context) => {
          if (typeof value === 'object') context.addIssue(`an object, ${context.issues.length} before`)
        })
      case 3:
        return schema.refine(() => true).refine((value) => value !== undefined, { error: 'undefined', abort: true })
      case 4:
        return schema.check((payload) => {
          if (payload.issues.length > 1)
            payload.issues.push({
              code: 'custom',
              input: 1,
              message: payload.issues.map((issue) => (issue.path ?? []).map(String).join('.')).join(),
            } as never)
        })
      default:
        return schema
          .overwrite((value) => value)
          .refine(() => false, { when: (payload) => payload.issues.length === 0 && payload.value === null })
    }
  }
  return { declared: add(made.declared), strict: add(made.strict), value: made.value }
}

const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
