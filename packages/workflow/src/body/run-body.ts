import {
  type AnyFailure,
  compileSchema,
  Failure,
  failed,
  Issues,
  type Json,
  type Outcome,
  type Ports,
  success,
} from '@heddle/core'
import { unopened } from '../value/far.ts'
import { bodyArgs, ContinueAs } from './args.ts'
import { type Ending, failuresOf } from './ending.ts'
import type { Execution } from './execution.ts'
import { inputMisfit, misfitText } from './misfit.ts'

/**
 * Runs the body of a workflow, and undoes what it did where it failed.
 *
 * @returns what that comes to, when the journal has been gone through as well
 */
export function runBody(execution: Execution, ports: Ports): Promise<Ending> {
  const { stored, isReplaying, run } = execution
  // One that has just begun was checked when it was started.
  const isNew = stored.version === 1 && !isReplaying && !unopened(run.input)
  return isNew ? bodyEnding(execution, run.input, ports) : runAgain(execution, ports)
}

async function runAgain(execution: Execution, ports: Ports): Promise<Ending> {
  const { run } = unopened(execution.run.input)
    ? await execution.host.store.openInput(execution.stored)
    : execution.stored
  const refused = execution.stored.version > 1 ? inputMisfit(execution.facts, run) : undefined
  if (refused) {
    return { kind: 'blocked', because: misfitText(refused, execution.run), at: refused.key, misfits: [refused] }
  }
  const ending = await bodyEnding(execution, run.input, ports)
  // A body that is over before its journal is has forgotten something.
  await execution.replayed()
  return ending
}

async function bodyEnding(execution: Execution, input: Json, ports: Ports): Promise<Ending> {
  const { facts, run } = execution
  let outcome: Outcome<unknown, AnyFailure>
  try {
    const value = await facts.body(bodyArgs(execution, input, ports) as never)
    outcome = value instanceof Failure ? failed([value]) : success(value)
    if (outcome.ok) {
      const checked = compileSchema(facts.output as never).run(value)
      if (checked instanceof Issues)
        throw new TypeError(`its output does not fit: ${JSON.stringify(checked.issues[0])}`)
      outcome = success(checked)
    }
  } catch (thrown) {
    if (thrown instanceof ContinueAs) return { kind: 'continued', input: thrown.input }
    const errors = failuresOf(thrown)
    if (errors) outcome = failed(errors)
    else {
      const { message, stack } = thrown as Error
      ports.log.write('error', `the run ${run.id} of ${run.workflow} errored: ${message}`, { stack })
      return { kind: 'parked', because: `its code threw: ${message}` }
    }
  }
  if (!outcome.ok) {
    // A cancellation that comes only now changes nothing.
    const undoing = execution.root.branch()
    undoing.tell()
    for (const { key, command, input } of execution.compensations.toReversed()) {
      const undone = await execution.tryStep(undoing, `undo/${key}`, command, input)
      if (undone.ok) continue
      return { kind: 'parked', because: `what undoes ${key} failed: ${undone.errors[0]!.message}`, at: `undo/${key}` }
    }
  }
  return { kind: 'outcome', outcome, cancelled: execution.wasCancelled }
}
