import { command, file, pii, sensitive, stream } from '@heddle/core'
import { z } from 'zod'

const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category)
  },
})

/** A field of every kind of type that can come from outside. */
export const everyKind = {
  text: z.string().min(1).max(9).describe('A text'),
  pattern: z.string().regex(/^a+$/),
  email: z.email(),
  uuid: z.uuid(),
  url: z.url(),
  date: z.date().optional(),
  isoDate: z.iso.date().optional(),
  number: z.number().min(-1.5).max(1.5),
  int: z.int().positive().multipleOf(5).default(5),
  big: z.bigint().optional(),
  yes: z.boolean().default(false),
  none: z.null().optional(),
  choice: z.enum(['a', 'b']).optional(),
  literal: z.literal(['x', 1, null]).optional(),
  list: z.array(z.int()).max(3).default([]),
  listOfObjects: z.array(z.object({ a: z.string() })).default([]),
  tuple: z.tuple([z.string(), z.int()]).rest(z.boolean()).optional(),
  set: z.set(z.string()).optional(),
  map: z.map(z.string(), z.int()).optional(),
  record: z.record(z.string(), z.int()).optional(),
  nested: z.object({ deep: z.object({ code: z.string() }) }).optional(),
  loose: z.looseObject({ a: z.int() }).optional(),
  union: z.union([z.string(), z.object({ id: z.int() })]).optional(),
  either: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), a: z.int() }),
      z.object({ kind: z.literal('b'), b: z.string() }),
    ])
    .optional(),
  both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() })).optional(),
  nullable: z.string().nullable().optional(),
  tree: Category.optional(),
  template: z.templateLiteral(['v', z.int()]).optional(),
  unknown: z.unknown().optional(),
  json: z.json().optional(),
  $ref: z.string().optional(),
  default: z.string().optional(),
  password: sensitive(z.string()).optional(),
  owner: pii(z.string()).optional(),
} as const

const all = z.object(everyKind)

export const takeAll = command('kinds.Take', {
  summary: 'Takes every kind',
  access: 'public',
  idempotent: true,
  input: all,
  output: z.object({ text: z.string() }),
  errors: { Refused: z.object({ tree: Category.optional() }) },
  examples: [{ text: 'abc', pattern: 'aa', password: 'correct horse' } as never],
  run: ({ input }) => ({ text: input.text }),
})

export const giveAll = command('kinds.Give', {
  kind: 'query',
  access: 'kinds:give',
  input: all,
  output: all,
  run: ({ input }) => input,
})

export const giveTree = command('kinds.Tree', {
  kind: 'query',
  access: 'public',
  input: Category,
  output: stream(Category, z.array(Category)),
  async *run({ input }) {
    yield input
    return input.children
  },
})

export const takeRecord = command('kinds.Record', {
  kind: 'query',
  access: 'public',
  input: z.record(z.string(), z.int()),
  output: z.record(z.string(), z.int()),
  run: ({ input }) => input,
})

export const takeFile = command('kinds.File', {
  access: 'public',
  input: z.object({ title: z.string(), photo: file({ maxBytes: 100, types: ['image/*', 'text/plain'] }) }),
  output: z.void(),
  run: () => undefined,
})

export const kinds = { takeAll, giveAll, giveTree, takeRecord, takeFile }
