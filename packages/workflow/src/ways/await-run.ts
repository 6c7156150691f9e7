import { type AnyCommand, command, FailedCall } from '@heddle/core'
import { z } from 'zod'
import { awaitOutcome } from './await-outcome.ts'
import { EnginePort } from './engine-port.ts'
import { endExamples, runExamples } from './way-examples.ts'
import type { RunWay } from './way-facts.ts'
import { wayName } from './way-name.ts'

/** Makes the command that waits for the end of a run, and ends as the run ends. Its deadline ends the wait alone. */
export const awaitRun = ({ name, of = name, facts, accessOf }: RunWay): AnyCommand =>
  command(wayName(name, 'Await'), {
    kind: 'query',
    summary: `Wait for the outcome of a run of ${of}`,
    input: z.object({ run: z.string() }),
    output: facts.output,
    errors: facts.errors,
    examples: runExamples,
    errorExamples: endExamples(facts.errors, runExamples),
    access: accessOf('await'),
    uses: [EnginePort],
    async run({ input: { run }, ctx }) {
      const { engine, tenant, find } = ctx.use(EnginePort)
      await find(run, of)
      const outcome = await awaitOutcome(engine, tenant, run, ctx.signal)
      if (!outcome.ok) throw new FailedCall(outcome.errors)
      return outcome.value
    },
  }) as AnyCommand
