import type { Frame } from '../call/frame.ts'
import { failThrown, over } from '../call/stages.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { AnyOutcome } from './policy.ts'

/**
 * Runs stages and gives the outcome that they left in the frame; a failure that they throw is one, too.
 *
 * @throws defects and lost races, as they are
 */
export function outcomeOf(frame: Frame, run: () => unknown): Maybe<AnyOutcome | undefined> {
  const caught = (thrown: unknown) => {
    if (failThrown(frame, thrown) === over) return frame.outcome
    throw thrown
  }
  try {
    const ran = run()
    return isPromise(ran) ? ran.then(() => frame.outcome, caught) : frame.outcome
  } catch (thrown) {
    return caught(thrown)
  }
}

/** Goes on with a value now or later, and ends in either case. */
export function settledWith<Value, Result>(
  value: Maybe<Value>,
  then: (value: Value) => Maybe<Result>,
  end?: () => void,
): Maybe<Result> {
  if (!isPromise(value)) {
    end?.()
    return then(value)
  }
  if (!end) return value.then(then)
  return value.finally(end).then(then)
}
