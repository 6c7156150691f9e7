import type { AnyCommand } from '../command/types.ts'
import { Failure, type SystemFailure } from '../error/failure.ts'
import { type AnyFailure, failed, type Outcome } from '../outcome/outcome.ts'
import { FailedCall } from './dropped.ts'
import { Frame } from './frame.ts'
import { type Maybe, watched } from '../ports/maybe.ts'
import type { Work } from './work.ts'

type AnyOutcome = Outcome<unknown, AnyFailure>

/** What `call` is inside a body. */
export interface FrameCall {
  (command: AnyCommand, input: unknown): Promise<unknown>
  try(command: AnyCommand, input: unknown): Promise<Outcome<unknown, AnyFailure>>
  maybe(command: AnyCommand, input: unknown): Maybe<unknown>
}

/** Makes `call` for one body. */
export function subcalls(caller: Frame): FrameCall {
  const call = ((command, input) => {
    try {
      const value = valueNow(caller, command, input)
      return value instanceof Promise ? value : Promise.resolve(value)
    } catch (thrown) {
      return watched(Promise.reject(thrown as Error))
    }
  }) as FrameCall
  call.maybe = (command, input) => valueNow(caller, command, input)
  call.try = (command, input) => watched(attempt(caller, command, input))
  return call
}

/** The value of a subcommand, without a promise where nothing waits. */
function valueNow(caller: Frame, command: AnyCommand, input: unknown): Maybe<unknown> {
  const outcome = run(caller, command, input)
  if (outcome instanceof Promise) return watched(outcome.then((late) => valueOf(caller, command, late)))
  return valueOf(caller, command, outcome)
}

async function attempt(caller: Frame, command: AnyCommand, input: unknown): Promise<AnyOutcome> {
  const overlay = caller.work.nested()
  const outcome = await run(caller, command, input, overlay)
  if (outcome.ok) return merged(overlay, outcome)
  overlay.opened?.rollback()
  return outcome
}

/** A constraint that the callee's writes break is the callee's failure, and undoes them. */
async function merged(overlay: Work, outcome: AnyOutcome): Promise<AnyOutcome> {
  try {
    await overlay.opened?.merge()
    return outcome
  } catch (thrown) {
    overlay.opened?.rollback()
    if (thrown instanceof Failure) return failed([thrown as AnyFailure & SystemFailure])
    throw thrown
  }
}

/** The outcome of a subcommand whose failures its caller tells in its own name. */
export const outcomeOf = (caller: Frame, command: AnyCommand, input: unknown): Maybe<AnyOutcome> =>
  run(caller, command, input)

/** The value; a failure ends the caller with it, and its key names the way. */
function valueOf(caller: Frame, command: AnyCommand, outcome: AnyOutcome): unknown {
  if (outcome.ok) return outcome.value
  throw caller.note(new FailedCall(outcome.errors.map((failure) => failure.through(command.name))))
}

function run(caller: Frame, command: AnyCommand, input: unknown, work?: Work): Maybe<AnyOutcome> {
  caller.running++
  try {
    caller.assertOpen()
    const runner = caller.runner.callee(command)
    const outcome = runner.engine.runFrame(new Frame(runner, input, caller.options, caller, work))
    if (outcome instanceof Promise) return ended(caller, outcome)
    caller.running--
    return outcome
  } catch (thrown) {
    caller.running--
    return Promise.reject(caller.note(thrown as Error))
  }
}

async function ended(caller: Frame, outcome: Promise<AnyOutcome>): Promise<AnyOutcome> {
  try {
    return await outcome
  } catch (thrown) {
    throw caller.note(thrown)
  } finally {
    caller.running--
  }
}
