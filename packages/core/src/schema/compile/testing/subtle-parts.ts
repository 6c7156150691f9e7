import { z } from 'zod'
import { type SubtleCase, title } from './subtle-case.ts'

class Point {
  x = 1
  get y() {
    return 2
  }
}

const parsed = (json: string): unknown => JSON.parse(json)
const shared = Symbol('shared')
interface Node {
  name: string
  next?: Node | undefined
}
const node: z.ZodType<Node> = z.object({
  name: z.string().min(1),
  get next() {
    return node.optional()
  },
})

const circular = () => {
  const value: Node = { name: 'a' }
  value.next = value
  return value
}

/** Cases about types with parts. */
export const subtleParts: readonly SubtleCase[] = [
  title(
    'unknown keys',
    z
      .object({
        plain: z.object({ a: z.string() }),
        strict: z.strictObject({ a: z.string() }),
        loose: z.looseObject({ a: z.string() }),
        catchall: z.object({ a: z.string() }).catchall(z.number()),
      })
      .partial(),
    () =>
      ['plain', 'strict', 'loose', 'catchall'].flatMap((key) => [
        { [key]: { a: 'a', b: 1 } },
        { [key]: { b: 'x', a: 'a' } },
        { [key]: parsed('{"a":"a","__proto__":{"b":1}}') },
        { [key]: { a: 'a', constructor: 1, toString: 2 } },
        { [key]: Object.assign(Object.create({ inherited: 1 }) as object, { a: 'a' }) },
        { [key]: { a: 'a', [shared]: 1 } },
      ]),
  ),
  title('objects of all sorts', z.object({ x: z.number(), y: z.number() }), () => [
    new Point(),
    Object.assign(Object.create(null) as object, { x: 1, y: 2 }),
    Object.create({ x: 1, y: 2 }),
    Object.freeze({ x: 1, y: 2 }),
    [1, 2],
    null,
    () => 1,
    new Map(),
    {
      get x() {
        return 1
      },
      y: 2,
    },
    new Proxy({ x: 1, y: 2 }, {}),
  ]),
  title(
    'declared keys that are odd',
    z.object({
      ['__proto__']: z.string(),
      constructor: z.string(),
      '': z.string(),
      '1': z.string(),
      'a b': z.string(),
      [shared]: z.string(),
    } as never),
    () => [
      { constructor: 'a', '': 'b', '1': 'c', 'a b': 'd', [shared]: 'e' },
      parsed('{"__proto__":"x","constructor":"a","":"b","1":"c","a b":"d"}'),
      {},
    ],
  ),
  title('a key order of its own', z.object({ b: z.string(), 1: z.string().optional(), a: z.string() }), () => [
    { a: 'a', b: 'b', 1: '1' },
    { a: 'a', b: 'b' },
  ]),
  title('sparse arrays and large ones', z.array(z.string().optional()).max(3), () => [
    Object.assign([], { 2: 'x' }),
    ['a', 'b', 'c', 'd'],
    Object.assign(['a'], { extra: 1 }),
    Array.from({ length: 1000 }, () => 'x'),
  ]),
  title(
    'a limit is told before elements are looked at',
    z
      .array(z.string())
      .min(1)
      .max(2, 'short')
      .refine(() => false, 'never'),
    () => [[1, 2, 3], [1], [], ['a']],
  ),
  title('tuples', z.tuple([z.string(), z.number().optional()], z.boolean()), () => [
    ['a'],
    ['a', 1],
    ['a', 1, true],
    ['a', 1, 'x'],
    [1, 'x', 'x'],
    [],
  ]),
  title('tuples without a rest', z.tuple([z.string(), z.number()]), () => [
    ['a'],
    ['a', 1],
    ['a', 1, 2],
    [1, 'a', 2],
    {},
  ]),
  title(
    'records',
    z
      .object({
        open: z.record(z.string().min(2), z.number()),
        fixed: z.record(z.enum(['a', 'b']), z.number()),
        some: z.partialRecord(z.enum(['a', 'b']), z.number()),
        loose: z.looseRecord(z.string().regex(/^a/), z.number()),
        numbers: z.record(z.number(), z.string()),
      })
      .partial(),
    () =>
      ['open', 'fixed', 'some', 'loose', 'numbers'].flatMap((key) => [
        { [key]: { aa: 1, b: 2 } },
        { [key]: { a: 1, b: 2, c: 3 } },
        { [key]: { a: 'x' } },
        { [key]: parsed('{"__proto__":1,"aa":1}') },
        { [key]: { '1': 'x', '1.5': 'y' } },
        { [key]: new Point() },
        { [key]: { [shared]: 1 } },
        { [key]: Object.defineProperty({}, 'aa', { value: 1, enumerable: false }) },
      ]),
  ),
  title(
    'maps and sets',
    z
      .object({
        m: z.map(z.string().min(2), z.number()),
        o: z.map(z.object({ a: z.string() }), z.number()),
        s: z.set(z.number()).max(2),
      })
      .partial(),
    () => [
      {
        m: new Map([
          ['aa', 1],
          ['b', 2],
        ]),
      },
      {
        m: new Map<unknown, unknown>([
          [1, 'x'],
          [{}, 'x'],
        ]),
      },
      {
        o: new Map<unknown, unknown>([
          [{ a: 'x' }, 1],
          [{ a: 1 }, 'x'],
        ]),
      },
      { s: new Set([1, 'x']) },
      { s: new Set([1, 2, 3]) },
    ],
  ),
  title('unions', z.union([z.string().min(3), z.object({ a: z.string() }), z.array(z.number()), z.null()]), () => [
    'ab',
    'abc',
    { a: 1 },
    { a: 'x', b: 1 },
    [1, 'x'],
    undefined,
    null,
  ]),
  title(
    'a union whose members transform',
    z.union([z.string().transform(Number).pipe(z.number()), z.boolean().transform(String)]),
    () => ['1', 'x', true, null],
  ),
  title('exclusive unions', z.xor([z.object({ a: z.string() }), z.object({ b: z.string() })]), () => [
    { a: 'x' },
    { a: 'x', b: 'x' },
    {},
  ]),
  title(
    'discriminated unions',
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal(['a', 'b']), x: z.string() }),
      z.object({ kind: z.literal(1), y: z.string() }),
      z.object({ kind: z.null().optional() }),
    ]),
    () => [{ kind: 'a', x: 'x' }, { kind: 'b' }, { kind: 1, y: 1 }, { kind: null }, {}, { kind: '1' }, null, []],
  ),
  title(
    'intersections',
    z.intersection(z.strictObject({ a: z.string(), d: z.date() }), z.strictObject({ b: z.string(), d: z.date() })),
    () => [{ a: 'a', b: 'b', d: new Date(0) }, { a: 'a', b: 'b', c: 'c', d: new Date(0) }, { a: 1 }],
  ),
  title(
    'an intersection that cannot be merged',
    z.intersection(
      z.string().transform(() => 1),
      z.string().transform(() => 2),
    ),
    () => ['a', 1],
  ),
  title(
    'messages of types, checks, parents and functions',
    z.object({
      a: z.string({ error: (issue) => (issue.input === undefined ? 'missing' : `bad ${String(issue.path)}`) }),
      b: z.string().min(3, {
        error: (issue) => `${issue.code} ${String(issue.path)} ${String((issue as { minimum?: unknown }).minimum)}`,
      }),
      c: z.email('mail').max(3, 'long'),
      d: z.union([z.string(), z.number()], 'neither'),
      e: z.int('whole').min(3, { error: () => undefined }),
      f: z.string('text').min(3),
    }),
    () => [
      {},
      { a: 1, b: 'x', c: 'long', d: true, e: 1.5, f: 'x' },
      { a: 'a', b: 'bbb', c: 'a@b.cc', d: 1, e: 1, f: null },
    ],
  ),
  title(
    'catch',
    z.object({
      a: z
        .object({ b: z.string().min(2) })
        .catch(({ error, value, input }) => ({ b: `${error.issues[0]?.message} ${typeof value} ${typeof input}` })),
    }),
    () => [{ a: { b: 'x' } }, { a: 1 }, {}],
  ),
  title(
    'readonly freezes what it returns',
    z.object({ a: z.array(z.number()).readonly(), b: z.any().readonly() }),
    () => [
      { a: [1], b: { c: 1 } },
      { a: ['x'], b: [] },
    ],
  ),
  title(
    'pipes carry unknown keys along',
    z
      .strictObject({ a: z.string() })
      .transform(({ a }) => a)
      .pipe(z.string().min(2)),
    () => [{ a: 'ab' }, { a: 'a', b: 1 }, { a: 1, b: 1 }],
  ),
  title(
    'a failed pipe keeps its checks from running',
    z
      .string()
      .min(3)
      .transform((text) => text.length)
      .refine((length) => length > 4, 'long'),
    () => ['ab', 'abc', 'abcde', 1],
  ),
  title(
    'codecs and preprocess',
    z
      .object({
        d: z.codec(z.iso.datetime(), z.date(), {
          decode: (text) => new Date(text),
          encode: (date) => date.toISOString(),
        }),
        n: z.preprocess(Number, z.number().min(3)),
        s: z.stringbool(),
      })
      .partial(),
    () => [
      { d: '2024-01-01T00:00:00Z', n: '5', s: 'yes' },
      { d: 'x', n: '1', s: 'maybe' },
      { d: 5, n: {}, s: null },
    ],
  ),
  title(
    'coercion',
    z
      .object({
        s: z.coerce.string().min(2),
        n: z.coerce.number(),
        b: z.coerce.boolean(),
        i: z.coerce.bigint(),
        d: z.coerce.date(),
      })
      .partial(),
    () => [
      { s: 1, n: '2', b: 0, i: '3', d: 0 },
      { s: Symbol('x'), n: Symbol('x'), i: 'x', d: 'x' },
      { s: Object.create(null), n: Object.create(null) },
      { s: null, n: null, b: null, i: null, d: null },
    ],
  ),
  title(
    'rewriting checks',
    z
      .object({
        a: z.string().trim().min(2).toUpperCase().startsWith('A'),
        b: z
          .string()
          .overwrite((text) => text.slice(1))
          .min(2),
        u: z.url({ normalize: true }),
      })
      .partial(),
    () => [
      { a: ' ab ', b: 'abc', u: ' HTTP://Example.com ' },
      { a: ' b ', b: 'a', u: 'x' },
    ],
  ),
  title('regular expressions that remember', z.object({ g: z.string().regex(/a/g), y: z.string().regex(/a/y) }), () => [
    { g: 'ba', y: 'a' },
    { g: 'ba', y: 'a' },
    { g: 'b', y: 'ba' },
  ]),
  title('nonoptional', z.object({ a: z.string().optional().nonoptional('set it') }), () => [
    {},
    { a: undefined },
    { a: 1 },
    { a: 'a' },
  ]),
  title(
    'class instances',
    z.object({ p: z.instanceof(Point), c: z.custom<string>((value) => value === 'c', 'not c') }),
    () => [{ p: new Point(), c: 'c' }, { p: {}, c: 'd' }, {}],
  ),
  title('values that contain themselves', node, () => [
    circular(),
    { name: 'a', next: { name: '' } },
    { name: 'a', next: { name: 'b', next: undefined } },
  ]),
  title('JSON', z.json(), () => [{ a: [1, 'x', null, { b: true }] }, { a: undefined }, 1n]),
  title('a promise in the middle', z.object({ a: z.string().refine(async () => true), b: z.string() }), () => [
    { a: 'a', b: 'b' },
    { a: 1, b: 'b' },
  ]),
  title(
    'a class that is not Zod’s',
    z.object({
      a: new (z.core.$constructor('Even', (inst: z.ZodNumber, def: z.core.$ZodNumberDef) =>
        z.ZodNumber.init(inst, def),
      ))({ type: 'number' }).refine((n) => n % 2 === 0),
    }),
    () => [{ a: 2 }, { a: 1 }, { a: 'x' }],
  ),
]
