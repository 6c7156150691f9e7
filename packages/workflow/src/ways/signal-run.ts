import { type AnyCommand, command, type Schema } from '@heddle/core'
import { z } from 'zod'
import { Runs } from '../engine/runs.ts'
import { EnginePort } from './engine-port.ts'
import type { WayFacts } from './way-facts.ts'
import { fitsNothing, optionalUnlessNeeded } from './optional-unless-needed.ts'
import { broughtExamples, runExamples } from './way-examples.ts'
import { wayName } from './way-name.ts'

/** Makes the command that sends one signal to a run. Its data is the field `data`, which may be left out where none is needed. */
export function signalRun({ name, accessOf }: WayFacts, signal: string, type: Schema): AnyCommand {
  return command(wayName(name, 'Signal', signal), {
    summary: `Send the signal ${signal} to a run of ${name}`,
    input: z.object({ run: z.string(), data: optionalUnlessNeeded(type) }),
    output: z.object({ run: z.string() }),
    examples: signalExamples(type),
    access: accessOf(signal),
    uses: [EnginePort, Runs],
    async run({ input: { run, data }, ctx }) {
      await ctx.use(EnginePort).findOpen(run, name)
      await ctx.use(Runs).signal(run, signal, data)
      return { run }
    },
  }) as AnyCommand
}

function signalExamples(type: Schema) {
  const brought = broughtExamples('data', type)
  return brought.length === 0 && fitsNothing(type) ? runExamples : brought
}
