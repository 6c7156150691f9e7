import { z } from 'zod'
import { type SubtleCase, title } from './subtle-case.ts'

const order = z.object({ id: z.string().min(1), lines: z.array(z.object({ qty: z.int().min(1) })).min(1) })

let defaults = 0

/** Cases about fields, numbers, texts and the order of checks. */
export const subtleChecks: readonly SubtleCase[] = [
  title(
    'absent, undefined and null fields',
    z.object({ a: z.unknown(), b: z.any(), c: z.undefined(), d: z.string().optional(), e: z.string().nullish() }),
    () => [
      {},
      { a: undefined, b: undefined, c: undefined, d: undefined, e: undefined },
      { a: 1, b: 2, c: undefined, e: null },
      { a: 1, b: 2 },
    ],
  ),
  title(
    'defaults at absent, undefined and optional fields',
    z.object({
      a: z.string().default('x'),
      b: z.string().default('x').optional(),
      c: z.string().optional().default('x'),
      d: z.string().min(3).prefault('x'),
      e: z.string().catch('x'),
      f: z.string().min(3).prefault('x').optional(),
      g: z
        .string()
        .transform((text) => text.length)
        .optional(),
      h: z
        .string()
        .optional()
        .transform((text) => text),
      i: z.string().exactOptional(),
    }),
    () => [
      {},
      {
        a: undefined,
        b: undefined,
        c: undefined,
        d: undefined,
        e: undefined,
        f: undefined,
        g: undefined,
        h: undefined,
        i: undefined,
      },
      { d: 'xxx', h: 'h', i: 'i' },
    ],
  ),
  title(
    'a default is made anew by a function',
    z.object({ a: z.array(z.number()).default(() => [++defaults % 1]) }),
    () => [{}, { a: undefined }],
  ),
  title(
    'checks after an absent field',
    z.object({
      a: z
        .string()
        .optional()
        .refine((text) => text !== undefined, 'needed'),
    }),
    () => [{}, { a: undefined }, { a: 'x' }],
  ),
  title(
    'numbers at the edges',
    z
      .object({
        n: z.number(),
        i: z.int(),
        s: z.int32(),
        u: z.uint32(),
        f: z.float32(),
        p: z.number().positive(),
        m: z.number().multipleOf(0.1),
      })
      .partial(),
    () =>
      [
        0,
        -0,
        NaN,
        Infinity,
        -Infinity,
        1.5,
        2 ** 31,
        2 ** 31 - 1,
        -(2 ** 31),
        2 ** 32,
        2 ** 53,
        2 ** 53 - 1,
        1e308,
        0.3,
        1e-7,
        '1',
        1n,
      ].flatMap((n) => ['n', 'i', 's', 'u', 'f', 'p', 'm'].map((key) => ({ [key]: n }))),
  ),
  title(
    'lengths in code points',
    z.object({ min: z.string().min(2), max: z.string().max(2), exact: z.string().length(2) }).partial(),
    () =>
      ['', '😀', '😀😀', '😀😀😀', 'a😀', 'ab', 'abc', '\ud83d\ud83d', '\ude00\ud83d', '😀'.repeat(40)].flatMap(
        (text) => ['min', 'max', 'exact'].map((key) => ({ [key]: text })),
      ),
  ),
  title('checks of length on what is no text', z.string().min(5).max(1), () => [
    [],
    [1, 2],
    { length: 3 },
    { length: 'x' },
    null,
    undefined,
    1,
    () => 1,
    new String('abc'),
  ]),
  title(
    'several failing checks, abort and order',
    z
      .string()
      .min(5, 'min')
      .regex(/^b/, { error: 'regex', abort: true })
      .includes('c', 'includes')
      .refine(() => false, 'refine'),
    () => ['a', 'b', 'bbbbb', 'bbbbbc'],
  ),
  title(
    'a refinement of an object runs after failures that go on',
    order.refine(({ lines }) => lines.length > 1, { error: 'two', path: ['lines'] }),
    () => [
      { id: '', lines: [{ qty: 1 }] },
      { id: 1, lines: [{ qty: 1 }] },
      { id: 'a', lines: [] },
      { id: 'a', lines: [{ qty: 0 }, { qty: 2 }] },
      { id: 'a', lines: [{}] },
    ],
  ),
  title(
    'when decides for itself',
    z.object({ a: z.string(), b: z.string() }).refine(({ a, b }) => a === b, {
      error: 'same',
      when: ({ value }) => typeof (value as { a: unknown }).a === 'string',
    }),
    () => [{ a: 'x', b: 1 }, { a: 1, b: 'x' }, { a: 'x', b: 'x' }, { a: 'x' }],
  ),
  title(
    'superRefine sees its own issues with paths from itself',
    z.object({
      list: z.array(
        z.object({ a: z.string().min(2) }).superRefine((value, context) => {
          context.addIssue({
            code: 'custom',
            message: JSON.stringify(context.issues.map(({ path }) => path)),
            path: ['seen'],
            input: value,
          })
        }),
      ),
    }),
    () => [{ list: [{ a: '' }, { a: 'ab' }] }],
  ),
]
