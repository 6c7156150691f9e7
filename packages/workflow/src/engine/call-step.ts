import type { AnyCommand, OpenApp, Principal } from '@heddle/core'
import { dataUnit } from '@heddle/data'
import type { Execution } from '../body/execution.ts'
import type { AnyOutcome, StepCall } from '../body/host.ts'

/** Calls a command as a step of a run: as whom it was started by, with its journal entry in the unit of work of the call. */
export function callStep(
  app: OpenApp,
  principal: Principal | undefined,
  { stored: { tenant, run }, fences }: Execution,
  command: AnyCommand,
  input: unknown,
  { key, signal, write }: StepCall,
): Promise<AnyOutcome> {
  return app.call(command, input as never, {
    as: principal ?? app.self(tenant),
    trusted: true,
    tenant,
    signal,
    surface: 'workflow',
    traceId: run.facts.traceId,
    fences,
    companion: {
      key,
      write(unit, outcome) {
        const own = dataUnit({ unit }, run.workflow)
        // The unit of a query writes nothing: its entry has a commit of its own.
        return own.mode === 'query' ? undefined : write(own, outcome)
      },
    },
  }) as Promise<AnyOutcome>
}
