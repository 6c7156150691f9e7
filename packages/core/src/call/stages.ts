import { type Allowed, holds } from '../command/access.ts'
import { isStream } from '../command/stream-output.ts'
import { Defect } from '../error/defect.ts'
import { Failure, systemFailure } from '../error/failure.ts'
import { inputFailures } from '../error/input-failure.ts'
import { issueText } from '../error/issue-text.ts'
import { type AnyFailure, failed, success } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { castInput } from '../schema/cast.ts'
import { Issues } from '../schema/compile/index.ts'
import { FailedCall } from './dropped.ts'
import type { Frame } from './frame.ts'
import { keepAnswer } from './idempotent.ts'
import { loadRefs } from './load-refs.ts'
import { streamBody } from './stream-body.ts'

/** What a stage answers when the call is over: the outcome is in the frame, and no further stage runs. */
export const over = Symbol('over')

/** What a stage answers: nothing, `over`, or a promise of one of them. A hook may answer anything, which means nothing. */
export type StageResult = Maybe<void | typeof over>

/** One step of a call's life. It answers at once unless something in it has to wait; throwing ends the call. */
export type Stage = (frame: Frame) => StageResult

/**
 * Runs stages in order until one has to wait. Its promise is the answer, and `frame.next` says which stage comes after
 * it; whoever waits reads that at once, since stages within stages use it too.
 */
export function step(frame: Frame, stages: readonly Stage[], from: number): StageResult {
  for (let index = from; index < stages.length; index++) {
    if (frame.lifetime !== undefined) frame.lifetime.check()
    const result = stages[index]!(frame)
    if (result === undefined) continue
    if (result === over) return over
    if (!isPromise(result)) continue
    frame.next = index + 1
    return result
  }
}

/** Runs stages within a stage. */
export function advance(frame: Frame, stages: readonly Stage[]): StageResult {
  const result = step(frame, stages, 0)
  return result === undefined || result === over ? result : goOn(frame, stages, frame.next, result)
}

async function goOn(
  frame: Frame,
  stages: readonly Stage[],
  from: number,
  waiting: Promise<unknown>,
): Promise<void | typeof over> {
  frame.given = await waiting
  if (frame.given === over) return over
  const result = step(frame, stages, from)
  return result === undefined || result === over ? result : goOn(frame, stages, frame.next, result)
}

/** The body of a command that is loaded late. */
export const loadBody: Stage = (frame) => frame.runner.load()

/** The permission, for callers from outside. */
export const permit: Stage = ({ command, options, outside }) => {
  const { as, trusted } = options
  if (as === undefined || trusted === true || !outside) return
  const { access } = command
  if (access === 'public' || typeof access === 'function') return
  if (as === null) throw systemFailure('Unauthenticated')
  if (typeof access !== 'string')
    throw systemFailure('Denied', { because: `${command.name} is closed: only other commands call it` })
  if (!holds(as, access)) throw systemFailure('Denied', { because: `it needs the permission ${access}` })
}

export const cast: Stage = (frame) => {
  const { from = 'code' } = frame.options
  if (from !== 'code' && frame.outside) frame.input = castInput(frame.command.input, frame.input, from)
}

/** Keeps the input as it was given, for those who want to make the same call again. */
export const keepAsked: Stage = (frame) => {
  frame.asked = frame.input
}

/** Calls from code follow the type as it is declared; from outside, objects refuse unknown fields too. */
export const validate: Stage = (frame) => {
  const { from } = frame.options
  const strict = frame.outside && from !== undefined && from !== 'code'
  const check = strict ? frame.runner.checkStrictly : frame.runner.checkInput
  const checked = check.run(frame.input)
  return check.asynchronous ? (checked as Promise<unknown>).then((late) => accept(frame, late)) : accept(frame, checked)
}

function accept(frame: Frame, checked: unknown): void | typeof over {
  if (checked instanceof Issues) return fail(frame, refusals(frame, checked))
  frame.input = checked
  frame.validated = checked
}

/** What the type says of the input; what it marks is not told. */
function refusals({ runner, command, input }: Frame, issues: Issues): AnyFailure[] {
  return inputFailures(issues, runner.marksInput ? { type: command.input, value: input } : undefined)
}

export const load: Stage = (frame) => loadRefs(frame)

/** The access rule: it sees the loaded input. */
export const allow: Stage = (frame) => {
  const { access } = frame.command
  const { as, trusted } = frame.options
  if (as === undefined || trusted === true || !frame.outside || typeof access !== 'function') return
  const allowed = access(frame.ctx, frame.input as never)
  return isPromise(allowed) ? allowed.then((late) => demand(frame, late)) : demand(frame, allowed)
}

function demand({ options }: Frame, allowed: Allowed): void {
  const { allowed: yes, because = 'a rule of the command refused' } =
    typeof allowed === 'boolean' ? { allowed } : allowed
  if (!yes) throw options.as === null ? systemFailure('Unauthenticated') : systemFailure('Denied', { because })
}

/** The command's own `validate`. */
export const check: Stage = (frame) => {
  const refused = frame.runner.body.validate?.(frame as never)
  return isPromise(refused) ? refused.then((failure) => refuse(frame, failure)) : refuse(frame, refused)
}

function refuse(frame: Frame, failure: unknown): void | typeof over {
  if (failure instanceof Failure) return failDeclared(frame, failure)
  frame.made?.settle(frame.command.name)
}

/** Ends the call as failed, without the cost of a throw. */
export function fail(frame: Frame, failures: readonly AnyFailure[]): typeof over {
  frame.outcome = failed(failures)
  return over
}

function failDeclared(frame: Frame, failure: AnyFailure): typeof over {
  frame.runner.assertDeclared(failure)
  frame.made?.settle(frame.command.name, failure)
  return fail(frame, [failure])
}

/** The body. What it returns is given to `conclude`, the stage behind it. */
export const execute: Stage = (frame) => {
  const result = frame.runner.body.run!(frame as never)
  if (isPromise(result)) {
    frame.follow()
    return (frame.lifetime === undefined ? result : frame.lifetime.within(result)) as Promise<void>
  }
  frame.given = result
}

/** The body of a command with a streamed output. */
export const executeStream: Stage = (frame) => streamBody(frame) as Promise<void>

/** Takes what the body returned: a failure, or a value that fits the output type. */
export const conclude: Stage = (frame) => {
  const result = frame.given
  if (result instanceof Failure) return failDeclared(frame, result)
  if (frame.made !== undefined) frame.made.settle(frame.command.name)
  if (frame.running > 0) throw new Defect('CallEnded', { command: frame.command.name })
  const { checkOutput } = frame.runner
  const checked = checkOutput.run(result)
  return checkOutput.asynchronous
    ? (checked as Promise<unknown>).then((late) => succeed(frame, late))
    : succeed(frame, checked)
}

function succeed(frame: Frame, checked: unknown): void {
  if (checked instanceof Issues) {
    const { name, output } = frame.command
    const reason = issueText(isStream(output) ? output.final : output, checked.issues[0]!)
    throw new Defect('InvalidOutput', { command: name, reason })
  }
  frame.outcome = success(checked)
}

/** Makes the writes of the outermost command durable. */
export const commit: Stage = (frame) => {
  if (frame.claim !== undefined) keepAnswer(frame)
  const noted = frame.options.companion?.write(frame.work.unit, frame.outcome!)
  return isPromise(noted) ? noted.then(() => makeDurable(frame)) : makeDurable(frame)
}

function makeDurable(frame: Frame): Maybe<void> {
  const { unit } = frame
  // A commit that has begun cannot be called back.
  if (unit !== undefined && frame.mustNotWait && unit.waits) {
    throw new Defect('NotSynchronous', { command: frame.command.name, what: 'its commit' })
  }
  const made = unit === undefined ? undefined : frame.work.commit()
  return frame.afterwards === undefined ? made : runAfterwards(frame, made)
}

/** What waits for the commit, one after another; it takes care of its own trouble. */
function runAfterwards(frame: Frame, before: Maybe<void>, from = 0): Maybe<void> {
  const waiting = frame.afterwards ?? []
  let ran = before
  for (let index = from; index < waiting.length; index++) {
    if (isPromise(ran)) return ran.then(() => runAfterwards(frame, waiting[index]!(), index + 1))
    ran = waiting[index]!()
  }
  return ran
}

/** Ends the call with the failures that a stage threw; answers nothing for a defect. */
export function failThrown(frame: Frame, thrown: unknown): typeof over | undefined {
  if (thrown instanceof FailedCall) return fail(frame, thrown.errors)
  return thrown instanceof Failure ? failDeclared(frame, thrown) : undefined
}
