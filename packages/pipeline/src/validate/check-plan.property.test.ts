import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { sinkKinds, sourceKinds } from '../../fixtures/plan/stream-kinds.ts'
import { placesIn, withAnything } from '../../fixtures/plan/with-anything.ts'
import { exampleOf } from '../kinds/kind-of.ts'
import { stepKinds } from '../kinds/kinds.ts'
import { checkPlan } from './check-plan.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const guide = new URL('../../../../examples/guide/delays-job.yaml', import.meta.url)

/** A step of each example of each kind of a mode, with what every step may have. */
const stepsOf = (mode: 'command' | 'job') =>
  [...stepKinds.values()]
    .filter(({ modes }) => modes.includes(mode))
    .flatMap((kind) =>
      kind.examples.map((example, index) => ({
        id: `${kind.name}${index}`,
        if: 'true',
        onError: { use: 'null' },
        ...exampleOf(kind, example),
      })),
    )

const plans = [
  // The job of the guide, with other steps behind its source.
  ['job', { ...(parse(readFileSync(guide, 'utf8')) as object), steps: stepsOf('job') }],
  [
    'plan of a command',
    {
      heddle: 1,
      pipeline: 'flights.Delays',
      input: { line: 'string' },
      output: { delay: 'int' },
      parameters: { limit: { type: 'int', default: 3 } },
      policies: { careful: [{ retry: { attempts: 3 } }] },
      steps: stepsOf('command'),
    },
  ],
] as const

test.each(plans)(
  `a %s with anything in the place of anything is told about, and never fails (seed ${seed})`,
  { timeout: 60_000 },
  (_name, whole) => {
    expect(placesIn(whole)).toBeGreaterThan(150)
    fc.assert(
      fc.property(withAnything(whole), (plan) => {
        const { problems } = checkPlan(plan, { sourceKinds, sinkKinds })
        for (const { message, path } of problems) {
          expect(message).not.toBe('')
          expect(message).not.toContain('undefined')
          expect(Array.isArray(path)).toBe(true)
        }
      }),
      { seed, numRuns: 200 },
    )
  },
)
