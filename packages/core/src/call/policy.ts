import { parseDuration } from '../schema/duration.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Json } from '../manifest/json.ts'

/** What a policy may steer. */
export interface PolicyCall {
  /** Moves the deadline nearer, never farther. */
  limit(ms: number): void
}

/** Wraps a command. It is data too: `name` and `config` say what it does without running it. */
export interface Policy {
  readonly name: string
  readonly config: Json
  apply<Result>(call: PolicyCall, next: () => Maybe<Result>): Maybe<Result>
}

/**
 * Ends a call that takes longer with `DeadlineExceeded`.
 *
 * @example policies: [timeout('2s')]
 */
export function timeout(duration: string): Policy {
  const ms = parseDuration(duration)
  return {
    name: 'timeout',
    config: { after: duration },
    apply(call, next) {
      call.limit(ms)
      return next()
    },
  }
}
