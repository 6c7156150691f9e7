import type { Frame } from '../call/frame.ts'
import type { Runner } from '../call/runner.ts'
import { over, type Stage } from '../call/stages.ts'
import { Defect } from '../error/defect.ts'
import { Failure } from '../error/failure.ts'
import { failed } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { PolicedCall } from './policed-call.ts'
import type { AnyOutcome, Apply, Policy } from './policy.ts'
import { sharedOf } from './shared.ts'

/**
 * Puts the policies of a command around its stages, the first one outermost. Opened once, so that what they remember is
 * the same wherever the command is called from; without policies there is nothing to put.
 */
export function policies({ command, engine: { ports } }: Runner): (stages: readonly Stage[]) => readonly Stage[] {
  const declared = command.policies
  if (declared.length === 0) return (stages) => stages
  const host = {
    command,
    ports,
    shared: <Value>(name: string, make: () => Value) => sharedOf(ports, name, make),
  }
  const applies = declared.map((policy: Policy) => policy.open(host))
  const apart = declared.some(({ recovers }) => recovers)
  return (stages) => [(frame) => settle(frame, walk(applies, 0, new PolicedCall(frame, stages, apart)), apart)]
}

function walk(applies: readonly Apply[], index: number, call: PolicedCall): Maybe<AnyOutcome> {
  if (index === applies.length) return call.run()
  try {
    const outcome = applies[index]!(call, () => walk(applies, index + 1, call))
    return isPromise(outcome) ? outcome.then(undefined, caught) : outcome
  } catch (thrown) {
    return caught(thrown)
  }
}

/** A failure that a policy throws, e.g. because its store is out of reach, is the outcome for those around it. */
function caught(thrown: unknown): AnyOutcome {
  if (thrown instanceof Failure) return failed([thrown])
  throw thrown
}

function settle(frame: Frame, outcome: Maybe<AnyOutcome>, apart: boolean): ReturnType<Stage> {
  if (isPromise(outcome)) return outcome.then((late) => settle(frame, late, apart))
  // The writes of a command that failed must not be committed with those of its caller.
  if (outcome.ok && !apart && frame.outcome?.ok === false) {
    const reason = 'a policy that answers for a failed command has to say so by `recovers`'
    throw new Defect('InvalidDefinition', { name: frame.command.name, reason })
  }
  frame.outcome = outcome
  return outcome.ok ? undefined : over
}
