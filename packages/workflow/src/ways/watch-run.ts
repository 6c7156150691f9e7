import { type AnyCommand, command, stream } from '@heddle/core'
import { z } from 'zod'
import { isHalted } from '../run/halted.ts'
import { endStates } from '../run/run.ts'
import type { Engine } from '../engine/engine.ts'
import { EnginePort } from './engine-port.ts'
import { shownStatus, statusType } from './run-status.ts'
import { RunChanges } from './run-changes.ts'
import { runExamples } from './way-examples.ts'
import type { RunWay } from './way-facts.ts'
import { wayName } from './way-name.ts'

/** Makes the query that streams where a run stands whenever that has changed, until it ends. */
export function watchRun({ name, of = name, facts, accessOf }: RunWay): AnyCommand {
  const status = statusType(facts.output)
  return command(wayName(name, 'Watch'), {
    kind: 'query',
    summary: `Follow a run of ${of} to its end`,
    input: z.object({ run: z.string() }),
    output: stream(status, status),
    examples: runExamples,
    access: accessOf('watch'),
    uses: [EnginePort],
    async *run({ input, ctx }) {
      const { engine, tenant, find } = ctx.use(EnginePort)
      const changes = new RunChanges(engine.ports, tenant)
      let told = ''
      try {
        for (let id = input.run; ;) {
          const { run } = await engine.store.openOutcome(await find(id, of))
          const shown = shownStatus(run, facts)
          if (endStates.has(run.state) && run.facts.continuedAs === undefined) return shown as never
          const text = JSON.stringify(shown)
          if (text !== told) yield shown as never
          told = text
          if (run.facts.continuedAs !== undefined) id = run.facts.continuedAs
          // One that is halted may go on, when somebody has looked at it.
          else if (isHalted(run.state)) await changes.next(ctx.signal)
          else await endOrChange(engine, changes, tenant, id, ctx.signal)
        }
      } finally {
        changes.stop()
      }
    },
  }) as AnyCommand
}

/** Waits for the end of a run, which is known at once where it runs in this process, or for a change. */
async function endOrChange(
  engine: Engine,
  changes: RunChanges,
  tenant: string,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const ended = engine.outcome(tenant, id, over.signal).catch(() => undefined)
  try {
    await Promise.race([ended, changes.next(AbortSignal.any([signal, over.signal]))])
  } finally {
    over.abort()
  }
}
