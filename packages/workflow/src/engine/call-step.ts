import type { AnyCommand, OpenApp, Principal } from '@heddle/core'
import type { Execution } from '../body/execution.ts'
import type { AnyOutcome } from '../body/host.ts'
import type { StepCall } from '../body/step-call.ts'

/** Calls a command as a step of a run: as whom it was started by, with its journal entry in the unit of work of the call. */
export function callStep(
  app: OpenApp,
  principal: Principal | undefined,
  { stored: { tenant, run }, fences }: Execution,
  command: AnyCommand,
  input: unknown,
  companion: StepCall,
): Promise<AnyOutcome> {
  return app.call(command, input as never, {
    as: principal ?? app.self(tenant),
    trusted: true,
    tenant,
    signal: companion.signal,
    surface: 'workflow',
    traceId: run.facts.traceId,
    fences,
    companion,
  }) as Promise<AnyOutcome>
}
