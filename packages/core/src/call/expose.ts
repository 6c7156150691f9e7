import type { Exposes } from '../command/exposes.ts'
import type { AnyCommand } from '../command/types.ts'
import { isStream } from '../command/stream-output.ts'
import { Defect } from '../error/defect.ts'
import { Failure } from '../error/failure.ts'
import { issueText } from '../error/issue-text.ts'
import { type AnyFailure, type Outcome, success } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { Issues } from '../schema/compile/index.ts'
import type { Schema } from '../schema/schema.ts'
import type { Frame } from './frame.ts'
import { conclude, fail, type Stage, type StageResult } from './stages.ts'
import { outcomeOf } from './subcalls.ts'

type AnyOutcome = Outcome<unknown, AnyFailure>

/** The input of the command behind, made or as it was given. */
type MakeInput = (input: unknown, ctx: unknown) => Maybe<unknown>
type MakeValue = (value: unknown, ctx: unknown, input: unknown) => Maybe<unknown>
type MakeItem = (item: unknown, ctx: unknown) => unknown

/**
 * The stage that stands where a body would: it calls the command behind and ends as that one did, with its failures as the
 * command's own.
 */
export const exposeStage =
  (exposes: Exposes): Stage =>
  (frame) => {
    const make = exposes.input as MakeInput | undefined
    // As it was given: a type that transforms does so once, in the command behind.
    const input = make ? make(frame.input, frame.ctx) : frame.asked
    return isPromise(input) ? input.then((late) => callBehind(frame, exposes, late)) : callBehind(frame, exposes, input)
  }

function callBehind(frame: Frame, exposes: Exposes, input: unknown): StageResult {
  const outcome = outcomeOf(frame, exposes.command as AnyCommand, input)
  return isPromise(outcome) ? outcome.then((late) => end(frame, exposes, late)) : end(frame, exposes, outcome)
}

function end(frame: Frame, exposes: Exposes, outcome: AnyOutcome): StageResult {
  if (!outcome.ok)
    return fail(
      frame,
      outcome.errors.map((failure) => told(exposes, failure)),
    )
  const make = exposes.value as MakeValue | undefined
  if (!make) {
    // It was checked by the command behind; a type that transforms must not do so again.
    frame.outcome = success(outcome.value)
    return undefined
  }
  const value = make(outcome.value, frame.ctx, frame.input)
  return isPromise(value) ? value.then((late) => give(frame, late)) : give(frame, value)
}

function give(frame: Frame, value: unknown): StageResult {
  frame.given = value
  return conclude(frame)
}

/** A failure of the command behind in the words of the one that callers know. What comes from further down stays as it is. */
function told({ place, failures }: Exposes, failure: AnyFailure): AnyFailure {
  if (failure.via.length > 0) return failure
  const make = failures && Object.hasOwn(failures, failure.code) ? failures[failure.code] : undefined
  if (make) return make(failure)
  if (!place || failure.path.length === 0) return failure
  const { code, data, facts, path, cause, message } = failure
  return new Failure(code, data, facts, place(path), cause, message)
}

/** Who takes the items that a command streams: its caller from outside, also through commands that expose it. */
export function itemTaker(frame: Frame): ((item: unknown) => Maybe<void>) | undefined {
  const { caller, options } = frame
  if (caller === undefined) return options.onItem as ((item: unknown) => Maybe<void>) | undefined
  const { exposes } = caller.runner.command
  const take = exposes && itemTaker(caller)
  const make = exposes?.item as MakeItem | undefined
  if (!take || !make) return take
  return async (item) => {
    const checked = await caller.runner.checkItem!.runAsync(make(item, caller.ctx))
    if (checked instanceof Issues) throw invalidItem(caller, checked)
    await take(checked)
  }
}

/** The defect of a streamed item that does not fit its type. */
export function invalidItem({ command: { name, output } }: Frame, { issues }: Issues): Defect {
  const item = isStream(output) ? output.item : (output as Schema)
  return new Defect('InvalidOutput', { command: name, reason: issueText(item, issues[0]!, 'item') })
}
