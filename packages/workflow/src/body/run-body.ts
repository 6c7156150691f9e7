import {
  type AnyFailure,
  compileSchema,
  Failure,
  failed,
  Issues,
  type Outcome,
  type Ports,
  success,
} from '@heddle/core'
import { bodyArgs, ContinueAs } from './args.ts'
import { type Ending, RunFailure } from './ending.ts'
import type { Execution } from './execution.ts'

/**
 * Runs the body of a workflow, and undoes what it did where it failed.
 *
 * @returns what that comes to, when the journal has been gone through as well
 */
export async function runBody(execution: Execution, ports: Ports): Promise<Ending> {
  const ending = await bodyEnding(execution, ports)
  // A body that is over before its journal is has forgotten something.
  await execution.replayed()
  return ending
}

async function bodyEnding(execution: Execution, ports: Ports): Promise<Ending> {
  const { facts, run } = execution
  let outcome: Outcome<unknown, AnyFailure>
  try {
    const value = await facts.body(bodyArgs(execution, ports) as never)
    outcome = execution.returned(value)
    if (outcome.ok) {
      const checked = compileSchema(facts.output as never).run(value)
      if (checked instanceof Issues)
        throw new TypeError(`its output does not fit: ${JSON.stringify(checked.issues[0])}`)
      outcome = success(checked)
    }
  } catch (thrown) {
    if (thrown instanceof ContinueAs) return { kind: 'continued', input: thrown.input }
    if (thrown instanceof Failure) outcome = failed([thrown])
    else if (thrown instanceof RunFailure) outcome = failed(thrown.errors)
    else {
      const { message, stack } = thrown as Error
      ports.log.write('error', `the run ${run.id} of ${run.workflow} errored: ${message}`, { stack })
      return { kind: 'parked', because: `its code threw: ${message}` }
    }
  }
  if (!outcome.ok) {
    for (const { key, command, input } of execution.compensations.toReversed()) {
      const undone = await execution.tryStep(`undo/${key}`, command, input)
      if (undone.ok) continue
      return { kind: 'parked', because: `what undoes ${key} failed: ${undone.errors[0]!.message}`, at: `undo/${key}` }
    }
  }
  return { kind: 'outcome', outcome, cancelled: execution.wasCancelled }
}
