import { z } from 'zod'
import { systemFailure } from '../error/failure.ts'
import type { CommandFacts } from '../command/types.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import { isReplayKey, type NewDeadLetter } from '../ports/dead-letters.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { CommitConflict } from '../ports/transactions.ts'
import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { mask } from '../schema/annotate/mask.ts'
import { toJson } from '../schema/to-json.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { AnyOutcome, Policy, PolicyCall } from './policy.ts'

const config = z.object({
  on: z.array(z.string()).optional().describe('Codes that are kept; without it all but those of access and Cancelled'),
})

/** The kind of `deadLetter`. */
export const deadLetterKind = definePolicy({
  name: 'deadLetter',
  summary: 'Keeps input and errors of a call that failed for good',
  config,
  create: (given): Policy => ({
    name: 'deadLetter',
    config: given,
    keepsGiven: true,
    open: () => (call, next) => {
      if (isReplayKey(call.idempotencyKey)) return next()
      const ended = (outcome: AnyOutcome): Maybe<AnyOutcome> => {
        if (outcome.ok || !outcome.errors.some((failure) => isKept(failure, given.on))) return outcome
        const kept = keep(call, outcome.errors)
        return isPromise(kept) ? kept.then(() => outcome) : outcome
      }
      const threw = (thrown: unknown): Maybe<never> => {
        if (thrown instanceof CommitConflict || given.on?.includes('Internal') === false) throw thrown
        const kept = keep(call, [systemFailure('Internal', { traceId: call.traceId })])
        if (!isPromise(kept)) throw thrown
        return kept.then(() => Promise.reject(thrown as Error))
      }
      try {
        const outcome = next()
        return isPromise(outcome) ? outcome.then(ended, threw) : ended(outcome)
      } catch (thrown) {
        return threw(thrown)
      }
    },
  }),
})

/**
 * Keeps input and errors of a call that failed for good, so that somebody can look at it and replay it. Put it outside of
 * `retry`. Defects are kept as `Internal`. A letter that cannot be written is logged; the outcome stays what it was.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [deadLetter(), retry({ attempts: 5 })]
 */
export const deadLetter = (options: z.input<typeof config> = {}): Policy => policyOf(deadLetterKind, options)

const isKept = (failure: AnyFailure, on: readonly string[] | undefined) =>
  on ? on.includes(failure.code) : isLasting(failure)

/** Whether a failure is kept where nobody said otherwise: one of access and a cancelled call are not. */
export const isLasting = ({ code, category }: AnyFailure): boolean => category !== 'auth' && code !== 'Cancelled'

/**
 * The letter of a call. The input is kept as the caller gave it: a checked one would be transformed again by the next
 * check.
 */
export const letterOf = (
  { name, input: type }: Pick<CommandFacts, 'name' | 'input'>,
  given: unknown,
  errors: readonly AnyFailure[],
): Omit<NewDeadLetter, 'tenant'> => ({
  command: name,
  input: toJson(mask(type, given, 'input')),
  errors: errors.map((failure) => failure.toJSON()),
  ...(holdsAnnotation(type) && { secret: toJson(given) }),
})

function keep({ command, tenant, given, traceId, ports }: PolicyCall, errors: readonly AnyFailure[]) {
  const { name } = command
  const letter = { ...letterOf(command, given, errors), tenant }
  const log = (thrown: unknown) =>
    void ports.log.write('error', `a dead letter of ${name} could not be kept`, { traceId, cause: String(thrown) })
  try {
    const added = ports.deadLetters.add([letter])
    return isPromise(added) ? added.then(undefined, log) : undefined
  } catch (thrown) {
    return log(thrown)
  }
}
