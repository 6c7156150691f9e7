import { z } from 'zod'
import type { AnyFailure } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { parseDuration } from '../schema/duration.ts'
import { backoffConfig, backoffOf } from './backoff.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { AnyOutcome, Apply, Policy } from './policy.ts'

const config = z.object({
  attempts: z.int().min(2).max(100).default(3).describe('How often it runs at most, the first time included'),
  ...backoffConfig,
})

/** The kind of `retry`. */
export const retryKind = definePolicy({
  name: 'retry',
  summary: 'Runs a failed call again where its failures say that this may help',
  config,
  short: 'attempts',
  create: (given): Policy => ({
    name: 'retry',
    config: given,
    recovers: true,
    open: () => retrying(given),
  }),
})

/**
 * Runs a failed call again. It reads only the `retry` of the failures: all must say `later` or a time, which is waited for
 * at least; one that asks for more than `max`, as an open circuit breaker does, is given back at once. Each attempt has
 * writes of its own. It gives up where the deadline would pass in the wait, and where an effect cannot be undone: after a
 * port outside was used, unless the command is `idempotent`, and once an item was streamed. Defects are never retried.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [retry({ attempts: 5, initial: '200ms' }), timeout('2s')]
 */
export const retry = (options: z.input<typeof config> = {}): Policy => policyOf(retryKind, options)

function retrying(options: z.output<typeof config>): Apply {
  const waitOf = backoffOf(options)
  const maxMs = parseDuration(options.max)

  return (call, next) => {
    const attempt = (number: number): Maybe<AnyOutcome> => {
      const outcome = next()
      return isPromise(outcome) ? outcome.then((late) => judge(late, number)) : judge(outcome, number)
    }
    const judge = (outcome: AnyOutcome, number: number): Maybe<AnyOutcome> => {
      if (outcome.ok || number >= options.attempts || call.over || !call.repeatable) return outcome
      const leastMs = asked(outcome.errors)
      if (leastMs === undefined || leastMs > maxMs) return outcome
      const { clock, random } = call.ports
      const waitMs = Math.max(leastMs, waitOf(number, random))
      if (call.deadline !== undefined && clock.now() + waitMs >= call.deadline) return outcome
      return call.sleep(waitMs).then(() => attempt(number + 1))
    }
    return attempt(1)
  }
}

/** How long the failures ask to wait; undefined when one of them says that trying again is useless. */
function asked(errors: readonly AnyFailure[]): number | undefined {
  let leastMs = 0
  for (const { retry: when } of errors) {
    if (when === 'never') return undefined
    if (when !== 'later') leastMs = Math.max(leastMs, when.afterMs)
  }
  return leastMs
}
