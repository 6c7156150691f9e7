import { z } from 'zod'
import { isPromise } from '../ports/maybe.ts'
import { parseDuration } from '../schema/duration.ts'
import { duration } from './config-types.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { Policy } from './policy.ts'

/** The kind of `timeout`. */
export const timeoutKind = definePolicy({
  name: 'timeout',
  summary: 'Ends a call that takes longer',
  config: z.object({ after: duration }),
  short: 'after',
  create(config): Policy {
    const ms = parseDuration(config.after)
    return {
      name: 'timeout',
      config,
      open: () => (call, next) => {
        const lift = call.limit(ms)
        try {
          const outcome = next()
          if (isPromise(outcome)) return outcome.finally(lift)
          lift()
          return outcome
        } catch (thrown) {
          lift()
          throw thrown
        }
      },
    }
  },
})

/**
 * Ends a call that takes longer with `DeadlineExceeded`. Inside of `retry` it limits each attempt.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [timeout('2s')]
 */
export const timeout = (after: string): Policy => policyOf(timeoutKind, { after })
