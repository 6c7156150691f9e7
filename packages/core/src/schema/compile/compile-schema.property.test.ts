import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type CompiledSchema, compileSchema, Issues } from './index.ts'
import { mayPend } from './pending.ts'
import { leaves } from './testing/leaves.ts'
import { Random } from './testing/random.ts'
import { difference } from './testing/same.ts'
import { anyCase, type Case, composites } from './testing/schemas.ts'
import { anyValue } from './testing/values.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const schemas = Number(process.env.HEDDLE_SCHEMAS ?? 5_000)
const values = 20

// A promise below a synchronous parse rejects later, when nobody listens any more; that is Zod's and not the question.
const ignore = () => {}
const listeners = process.listeners('unhandledRejection')
beforeAll(() => void process.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore))
afterAll(async () => {
  await setImmediate()
  process.off('unhandledRejection', ignore)
  for (const listener of listeners) process.on('unhandledRejection', listener)
})

type Answer = { value: unknown } | { issues: unknown } | { thrown: string }

const attempt = (run: () => Answer): Answer => {
  try {
    return run()
  } catch (error) {
    return { thrown: error instanceof z.core.$ZodAsyncError ? 'asynchronous' : String(error) }
  }
}

const byZod = (schema: z.ZodType, value: unknown): Answer =>
  attempt(() => {
    // Zod's generated code takes a promise for a result.
    const { success, data, error } = schema.safeParse(value, { jitless: mayPend(schema) })
    return success ? { value: data } : { issues: error.issues }
  })

const byCompiled = (compiled: CompiledSchema<unknown>, value: unknown): Answer =>
  attempt(() => {
    const answer = compiled.run(value)
    return answer instanceof Issues ? { issues: answer.issues } : { value: answer }
  })

test(
  `equals Zod in verdict, value and issues for generated types, as declared and strict (seed ${seed})`,
  { timeout: 120_000 },
  () => {
    const kinds = new Set<string>()
    const verdicts = { value: 0, issues: 0, thrown: 0 }
    for (let at = 0; at < schemas; at++) {
      const made: Case = anyCase(new Random(seed + at), 3)
      kinds.add(made.kind)
      const modes = [
        [compileSchema(made.declared), made.declared, 'as declared'],
        [compileSchema(made.declared, { unknownKeys: 'strict' }), made.strict, 'strict'],
      ] as const
      for (let nth = 0; nth < values; nth++) {
        // Parsing may freeze or read a value, so each parse gets one of its own, made from the same seed.
        const value = () => {
          const random = new Random(Math.imul(seed + at, 7919) + nth)
          return random.chance(0.8) ? made.value(random) : anyValue(random)
        }
        for (const [compiled, oracle, mode] of modes) {
          const [ours, zods] = [byCompiled(compiled, value()), byZod(oracle, value())]
          verdicts[Object.keys(zods)[0] as keyof typeof verdicts]++
          const found = difference(ours, zods)
          // Zod looks at the other parts before it says that one is asynchronous, and a function there may throw.
          if ('thrown' in ours && 'thrown' in zods && ours.thrown === 'asynchronous') continue
          if (found)
            expect.unreachable(
              `HEDDLE_SEED=${seed + at} HEDDLE_SCHEMAS=1, a ${made.kind} ${mode}, value ${nth}: ${found}`,
            )
        }
      }
    }
    expect(verdicts.value).toBeGreaterThan(schemas)
    expect(verdicts.issues).toBeGreaterThan(schemas)
    if (schemas >= 5_000)
      expect([...kinds].toSorted()).toEqual([...Object.keys(leaves), ...Object.keys(composites)].toSorted())
  },
)

test('generates every kind that Zod exports', () => {
  const known = new Set([...Object.keys(leaves), ...Object.keys(composites)])
  const classes = Object.keys(z).filter((name) => /^Zod[A-Z]/.test(name) && !notKinds.has(name))
  expect(classes.filter((name) => !known.has(name))).toEqual([])
  const cores = Object.keys(z.core).filter(
    (name) => /^\$Zod[A-Z]/.test(name) && !notKinds.has(name.slice(1)) && !name.startsWith('$ZodCheck'),
  )
  expect(cores.filter((name) => !known.has(name.slice(1)))).toEqual([])
})

// Errors, tables and bases, and the object whose generated parser is Zod's own.
const notKinds = new Set([
  'ZodType',
  'ZodError',
  'ZodRealError',
  'ZodIssueCode',
  'ZodFirstPartyTypeKind',
  'ZodCompileAsyncError',
  'ZodCompileUnsupportedError',
  'ZodAsyncError',
  'ZodCyclicError',
  'ZodEncodeError',
  'ZodRegistry',
  'ZodObjectJIT',
  'ZodParsedType',
])
