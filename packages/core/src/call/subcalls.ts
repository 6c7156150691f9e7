import type { AnyCommand } from '../command/types.ts'
import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import { FailedCall } from './dropped.ts'
import { Frame } from './frame.ts'
import type { Work } from './work.ts'

/** What `call` is inside a body. */
export interface FrameCall {
  (command: AnyCommand, input: unknown): Promise<unknown>
  try(command: AnyCommand, input: unknown): Promise<Outcome<unknown, AnyFailure>>
}

/** Makes `call` for one body. */
export function subcalls(caller: Frame): FrameCall {
  const call = (async (command, input) => {
    const outcome = await run(caller, command, input, caller.work)
    if (outcome.ok) return outcome.value
    throw caller.note(new FailedCall(outcome.errors.map((failure) => failure.through(command.name))))
  }) as FrameCall
  call.try = async (command, input) => {
    const overlay = caller.work.nested()
    const outcome = await run(caller, command, input, overlay)
    if (outcome.ok) await overlay.opened?.merge()
    else overlay.opened?.rollback()
    return outcome
  }
  return call
}

async function run(caller: Frame, command: AnyCommand, input: unknown, work: Work) {
  caller.assertOpen()
  const runner = caller.runner.callee(command)
  caller.running++
  try {
    return await runner.engine.runInside(new Frame(runner, input, caller.options, caller, work))
  } finally {
    caller.running--
  }
}
