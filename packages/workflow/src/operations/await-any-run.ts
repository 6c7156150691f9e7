import { command, FailedCall } from '@heddle/core'
import { z } from 'zod'
import { awaitOutcome } from '../ways/await-outcome.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { oneRun } from './run-command.ts'
import { masked } from './shown-entry.ts'

/** Waits for the end of a run of any workflow, and ends as it ends. */
export const awaitAnyRun = command('heddle.AwaitRun', {
  kind: 'query',
  summary: 'Wait for the outcome of a run, with what is marked masked',
  input: oneRun,
  output: z.object({ value: z.unknown() }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input: { run: id }, ctx }) {
    const { engine, tenant, find } = ctx.use(EnginePort)
    const { run } = await find(id)
    const outcome = await awaitOutcome(engine, tenant, id, ctx.signal)
    if (!outcome.ok) throw new FailedCall(outcome.errors)
    const output = engine.factsFor(run)?.output
    return { value: output ? masked(output, outcome.value) : undefined }
  },
})
