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
    companion: { key, write: (unit, outcome) => write(dataUnit({ unit }, run.workflow), outcome) },
  }) as Promise<AnyOutcome>
}
