import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { compileSchema, Issues } from './index.ts'
import { leaves } from '../../../fixtures/compile/leaves.ts'
import { byCompiled, byZod } from '../../../fixtures/compile/oracle.ts'
import { Random } from '../../../fixtures/compile/random.ts'
import { difference } from '../../../fixtures/compile/same.ts'
import { anyCase, type Case, composites } from '../../../fixtures/compile/schemas.ts'
import { anyValue } from '../../../fixtures/compile/values.ts'

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

test(`equals Zod's asynchronous parse for generated types (seed ${seed})`, { timeout: 120_000 }, async () => {
  for (let at = 0; at < schemas / 10; at++) {
    const made = anyCase(new Random(seed + at), 2)
    // Every second type has a refinement that answers later.
    const schema = at % 2 === 0 ? made.declared : made.declared.refine(async (value) => value !== 'a', 'later')
    const compiled = compileSchema(schema)
    for (let nth = 0; nth < 5; nth++) {
      const value = () => made.value(new Random(Math.imul(seed + at, 7919) + nth))
      const ours = await compiled.runAsync(value()).then(
        (answer) => (answer instanceof Issues ? { issues: answer.issues } : { value: answer }),
        (error: unknown) => ({ thrown: String(error) }),
      )
      const zods = await schema.safeParseAsync(value()).then(
        ({ success, data, error }) => (success ? { value: data } : { issues: error.issues }),
        (error: unknown) => ({ thrown: String(error) }),
      )
      // A value that is a promise itself cannot come out of a promise.
      if ('value' in zods && zods.value instanceof Promise) continue
      const found = difference(ours, zods)
      if (found)
        expect.unreachable(`HEDDLE_SEED=${seed + at} HEDDLE_SCHEMAS=10, a ${made.kind}, value ${nth}: ${found}`)
    }
  }
})

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
