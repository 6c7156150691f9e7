import { type AnyCommand, command } from '@heddle/core'
import { z } from 'zod'
import { Runs } from '../engine/runs.ts'
import { EnginePort } from './engine-port.ts'
import { runExamples } from './way-examples.ts'
import type { RunWay } from './way-facts.ts'
import { wayName } from './way-name.ts'

/** Makes the command that asks a run to end. */
export const cancelRun = ({ name, of = name, accessOf }: RunWay): AnyCommand =>
  command(wayName(name, 'Cancel'), {
    summary: `Cancel a run of ${of}: it cleans up, and what it did is undone where it said how`,
    input: z.object({ run: z.string() }),
    output: z.object({ run: z.string() }),
    examples: runExamples,
    access: accessOf('cancel'),
    uses: [EnginePort, Runs],
    async run({ input: { run }, ctx }) {
      await ctx.use(EnginePort).findOpen(run, of)
      await ctx.use(Runs).cancel(run)
      return { run }
    },
  }) as AnyCommand
