import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { errorOfIssue } from '../error/issue-codes.ts'
import { ref } from '../schema/ref.ts'
import { inputErrors } from './input-errors.ts'

const keys = (type: z.ZodType) => inputErrors(type).map(({ path, code }) => `${path.join('/')}:${code}`)

test('each check of a type is an error at its place', () => {
  const type = z.object({
    cents: z.int().positive(),
    name: z.string().min(1).max(9),
    kind: z.enum(['a', 'b']),
    tags: z.array(z.email()).max(3),
    step: z.number().multipleOf(5).optional(),
  })
  expect(keys(type)).toEqual([
    ':InvalidType',
    'cents:InvalidType',
    'cents:TooSmall',
    'cents:TooBig',
    'name:InvalidType',
    'name:TooSmall',
    'name:TooBig',
    'kind:InvalidValue',
    'tags:InvalidType',
    'tags/#:InvalidType',
    'tags/#:InvalidString',
    'tags:TooBig',
    'step:InvalidType',
    'step:NotMultipleOf',
    ':UnrecognizedKeys',
  ])
})

test('a reference can miss its record', () => {
  const account = { kind: 'entity', name: 'bank.Account', keyType: z.uuid(), load: () => [] } as const
  expect(keys(z.object({ from: z.array(ref(account as never)) }))).toContain('from/#:NotFound')
})

test('a loose object knows no unknown field', () => {
  expect(keys(z.looseObject({}))).toEqual([':InvalidType'])
})

test('a recursive type is followed to its first repetition', () => {
  type Tree = { n: number; children: Tree[] }
  const tree: z.ZodType<Tree> = z.object({ n: z.number(), children: z.array(z.lazy(() => tree)) })
  expect(keys(tree)).toEqual([':InvalidType', 'n:InvalidType', 'children:InvalidType', ':UnrecognizedKeys'])
  expect(keys(z.json()).length).toBeLessThan(20)
})

test('no more errors are listed than asked for', () => {
  const fields = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, z.string()]))
  expect(inputErrors(z.object(fields), 10)).toHaveLength(10)
})

/** Types of every kind, nested at random. */
const { type } = fc.letrec<{ type: z.ZodType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<z.ZodType>(
      z.string().min(2).max(3),
      z.string().regex(/^a/).trim(),
      z.email(),
      z.uuid(),
      z.iso.datetime(),
      z.templateLiteral(['a', z.int()]),
      z.number().min(1).max(2),
      z.int(),
      z.int32(),
      z.float32(),
      z.number().multipleOf(2),
      z.bigint().min(5n),
      z.int64(),
      z.boolean(),
      z.date().min(new Date(5)),
      z.null(),
      z.undefined(),
      z.nan(),
      z.never(),
      z.any(),
      z.unknown(),
      z.void(),
      z.symbol(),
      z.enum(['a', 'b']),
      z.literal([1, 'x', null]),
      z.stringbool(),
      z.coerce.number().min(3),
      z.custom((value) => value === 1),
      z.instanceof(Date),
      z.string().refine((text) => text === 'abc'),
      z.string().transform((text, context) => {
        context.addIssue({ code: 'custom', message: 'never' })
        return text.length
      }),
      z.string().pipe(z.string().length(2)),
      z.preprocess((value) => value, z.int()),
      z.array(z.string()).check(z.property('length', z.number().max(1))),
      z.object({ a: z.string(), b: z.string() }).refine(({ a, b }) => a === b, { path: ['b'] }),
    ),
    fc.dictionary(fc.constantFrom('a', 'b', 'k'), tie('type')).map((shape) => z.strictObject(shape)),
    fc.dictionary(fc.constantFrom('a', 'b'), tie('type')).map((shape) => z.object(shape).catchall(z.int())),
    tie('type').map((inner) => z.array(inner).min(1).max(2)),
    tie('type').map((inner) => z.set(inner).size(2)),
    tie('type').map((inner) => z.record(z.string().min(2), inner)),
    tie('type').map((inner) => z.record(z.enum(['a', 'b']), inner)),
    fc.tuple(tie('type'), tie('type')).map(([key, inner]) => z.map(key, inner)),
    fc.tuple(tie('type'), tie('type')).map(([first, rest]) => z.tuple([first], rest)),
    fc.tuple(tie('type'), tie('type')).map(([first, second]) => z.tuple([first, second])),
    fc.tuple(tie('type'), tie('type')).map(([one, other]) => z.union([one, other])),
    fc.tuple(tie('type'), tie('type')).map(([one, other]) => z.xor([one, other])),
    tie('type').map((inner) => z.union([inner])),
    tie('type').map((inner) =>
      z.discriminatedUnion('k', [z.object({ k: z.literal('x'), inner }), z.object({ k: z.literal('y') })]),
    ),
    tie('type').map((inner) => inner.optional()),
    tie('type').map((inner) => inner.nullable()),
    tie('type').map((inner) => inner.optional().nonoptional()),
    tie('type').map((inner) => inner.readonly()),
    tie('type').map((inner) => z.lazy(() => inner)),
    tie('type').map((inner) => z.success(inner)),
  ),
}))

const part = fc.oneof(
  fc.constantFrom<unknown>('', 'a', 'abc', 'a1', 1, 2, 1.5, 2 ** 60, NaN, 3n, true, null, undefined, Symbol.iterator),
  fc.constantFrom<unknown>(
    new Date(0),
    new Date(NaN),
    new Set(['a']),
    new Map<unknown, unknown>([
      ['a', 1],
      [{}, 2],
    ]),
  ),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    part,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'k', 'zz'), fc.oneof(tie('value'), fc.constant('x')), {
      noNullPrototype: true,
    }),
    fc.array(tie('value'), { maxLength: 2 }).map((values) => new Set(values)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 2 }).map((pairs) => new Map(pairs)),
  ),
}))

test('every issue of Zod is among the errors that were foretold', () => {
  let issuesSeen = 0
  fc.assert(
    fc.property(type, fc.array(value, { minLength: 10, maxLength: 10 }), (one, values) => {
      const foretold = inputErrors(one)
      for (const input of values) {
        for (const { code, path } of issuesOf(one, input)) {
          issuesSeen++
          const isForetold = foretold.some(
            (error) =>
              error.code === errorOfIssue(code!).code &&
              error.path.length === path.length &&
              error.path.every((step, index) => step === '#' || step === String(path[index])),
          )
          if (!isForetold) expect.fail(`${path.map(String).join('/')}:${code} is not among ${keys(one).join(' ')}`)
        }
      }
    }),
    { numRuns: 2000 },
  )
  expect(issuesSeen).toBeGreaterThan(5000)
})

/** Two sides of an intersection that disagree are a mistake in the type and no issue. */
function issuesOf(type: z.ZodType, input: unknown): readonly z.core.$ZodIssue[] {
  return type.safeParse(input).error?.issues ?? []
}
