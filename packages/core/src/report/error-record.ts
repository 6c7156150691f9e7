import type { HookEvent } from '../call/hooks.ts'
import type { FailureJson } from '../error/failure.ts'
import type { AnyFailure } from '../outcome/outcome.ts'

/** A failure with where and when it happened. */
export interface ErrorRecord {
  /** UTC, milliseconds since 1970. */
  readonly at: number
  /** The command that was called from outside. Which subcommand failed says `failure.via`. */
  readonly command: string
  readonly tenant: string
  readonly traceId: string
  /** Id of the caller; missing for strangers and the app's own code. */
  readonly principal?: string
  /** As others see it: what its type marks is masked. */
  readonly failure: FailureJson
}

/** Notes one failure of the call that a hook stands at. */
export function recordOf({ command, ctx }: HookEvent, failure: AnyFailure): ErrorRecord {
  const { clock, tenant, traceId, principal } = ctx
  return {
    at: clock.now(),
    command: command.name,
    tenant,
    traceId,
    ...(principal && { principal: principal.id }),
    failure: failure.toJSON(),
  }
}
