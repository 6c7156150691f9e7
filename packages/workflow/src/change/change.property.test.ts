import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { commands, couldRecord, type Edited, editedWorkflow, walk } from '../../fixtures/random-workflow.ts'
import { Deployments, storeOf, until } from '../../fixtures/over-versions.ts'
import { runsOf, type Scope, workflow } from '../index.ts'

/** How many workflows live in one app of the test. */
const perApp = 40

const made = ({ before, after, renamedFrom }: Edited, index: number, which: 'before' | 'after') =>
  workflow(`random.Number${index}`, {
    input: z.object({}),
    output: z.object({}),
    steps: commands,
    signals: { go: z.object({}) },
    // All bodies here are one text over other data, so that only the version tells that something has changed.
    ...(which === 'after' && { renamedFrom, version: '2' }),
    async run(scope) {
      await walk(which === 'before' ? before : after, scope as unknown as Scope)
      return {}
    },
  })

test('what is called safe is run to its end, and only what the new code could have recorded is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(editedWorkflow, { minLength: perApp, maxLength: perApp }), async (cases) => {
      const deployments = new Deployments()
      const old = cases.map((one, index) => made(one, index, 'before'))
      const open = await deployments.serve(...old)
      const runs = await Promise.all(old.map((one) => runsOf(open).start(one, {})))
      await Promise.all(runs.map(({ run }) => until(open, run, 'waiting')))
      const journals = await Promise.all(runs.map(({ run }) => storeOf(open).journal('main', run)))
      await open.close()

      const next = cases.map((one, index) => made(one, index, 'after'))
      const verdicts = await deployments.check(...next)
      const again = await deployments.serve(...next)
      for (const [index, one] of cases.entries()) {
        const run = runs[index]!.run
        const ofRun = verdicts.filter(
          ({ item, change }) => item === `workflow random.Number${index}` && change.includes('open run'),
        )
        const expected = couldRecord(one.after, one.renamedFrom, journals[index]!.entries) ? 'safe' : 'breaking'
        expect([index, one.edit, ...ofRun.map(({ level }) => level)]).toEqual([index, one.edit, expected])
        if (expected === 'safe') {
          await runsOf(again).signal(run, 'go', {})
          expect(await runsOf(again).outcome(run)).toEqual({ ok: true, value: {} })
        } else {
          const { facts } = await until(again, run, 'blocked')
          expect(facts.because).toMatch(/^The run .* has recorded /)
        }
      }
      await again.close()
    }),
    { numRuns: 3, endOnFailure: true },
  )
}, 120_000)
