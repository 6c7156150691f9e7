import { isStream } from '../command/stream-output.ts'
import type { CommandFacts } from '../command/types.ts'
import { marksData, withholdData } from '../error/marked-data.ts'
import { Failure } from '../error/failure.ts'
import { type AnyFailure, failed, type Outcome, success } from '../outcome/outcome.ts'
import { withhold, withholderOf } from '../schema/annotate/withhold.ts'

/** What of a command's answers leaves the process. */
export interface Outgoing {
  value(value: unknown): unknown
  item(item: unknown): unknown
}

/**
 * What a surface passes the values and items of a command through, so that what is `sensitive` and not `exposed` does not
 * leave the process. Undefined where nothing has to stay: ask once, and not at each call.
 */
export function outgoingOf({ output }: Pick<CommandFacts, 'output'>): Outgoing | undefined {
  const [value, item] = isStream(output) ? [output.final, output.item] : [output, undefined]
  if (!withholderOf(value) && !(item && withholderOf(item))) return undefined
  return {
    value: (given) => withhold(value, given),
    item: (given) => (item === undefined ? given : withhold(item, given)),
  }
}

/** A failure as it leaves the process: its data without secrets, and with personal data masked. */
export function outgoingFailure(failure: AnyFailure): AnyFailure {
  const { code, data, facts, path, cause, message, via } = failure
  if (!marksData(facts)) return failure
  // Facts of its own, because nothing is left to mask.
  return new Failure(code, withholdData(facts, data), { ...facts }, path, cause, message, via)
}

/** An outcome as it leaves the process. */
export function outgoingOutcome<Errors extends AnyFailure>(
  outgoing: Outgoing | undefined,
  outcome: Outcome<unknown, Errors>,
): Outcome<unknown, AnyFailure> {
  if (!outcome.ok)
    return outcome.errors.some(({ facts }) => marksData(facts)) ? failed(outcome.errors.map(outgoingFailure)) : outcome
  return outgoing ? success(outgoing.value(outcome.value)) : outcome
}
