import { type Allowed, holds } from '../command/access.ts'
import { Defect } from '../error/defect.ts'
import { Failure, systemFailure } from '../error/failure.ts'
import { inputFailures } from '../error/input-failure.ts'
import { failed, success } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { castInput } from '../schema/cast.ts'
import { Issues } from '../schema/compile/index.ts'
import { FailedCall } from './dropped.ts'
import type { Frame } from './frame.ts'
import { keepAnswer } from './idempotent.ts'
import { loadRefs } from './load-refs.ts'
import { streamBody } from './stream-body.ts'

/** One step of a call's life. It answers at once unless something in it has to wait; throwing ends the call. */
export type Stage = (frame: Frame) => Maybe<void>

/** Runs stages in order; makes no promise unless one of them does. */
export function advance(frame: Frame, stages: readonly Stage[], from = 0): Maybe<void> {
  for (let index = from; index < stages.length; index++) {
    if (frame.lifetime !== undefined) frame.lifetime.check()
    const waiting = stages[index]!(frame)
    // A hook may return anything; only a promise is waited for.
    if (waiting !== undefined && isPromise(waiting)) return waiting.then(() => advance(frame, stages, index + 1))
  }
}

/** The permission, for callers from outside. */
export const permit: Stage = ({ command, options, outside }) => {
  const { as } = options
  if (as === undefined || !outside) return
  const { access } = command
  if (access === 'public' || typeof access === 'function') return
  if (as === null) throw systemFailure('Unauthenticated')
  if (typeof access !== 'string') throw systemFailure('Denied', { because: `${command.name} is closed` })
  if (!holds(as, access)) throw systemFailure('Denied', { because: `it needs the permission ${access}` })
}

export const cast: Stage = (frame) => {
  const { from = 'code' } = frame.options
  if (from !== 'code' && frame.outside) frame.input = castInput(frame.command.input, frame.input, from)
}

/** Calls from code follow the type as it is declared; from outside, objects refuse unknown fields too. */
export const validate: Stage = (frame) => {
  const { from } = frame.options
  const strict = frame.outside && from !== undefined && from !== 'code'
  const check = strict ? frame.runner.checkStrictly : frame.runner.checkInput
  const checked = check.run(frame.input)
  return check.asynchronous ? (checked as Promise<unknown>).then((late) => accept(frame, late)) : accept(frame, checked)
}

function accept(frame: Frame, checked: unknown): void {
  if (checked instanceof Issues) throw new FailedCall(inputFailures(checked))
  frame.input = checked
  frame.validated = checked
}

export const load: Stage = (frame) => loadRefs(frame)

/** The access rule: it sees the loaded input. */
export const allow: Stage = (frame) => {
  const { access } = frame.command
  if (frame.options.as === undefined || !frame.outside || typeof access !== 'function') return
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
  const refused = frame.runner.body.validate!(frame as never)
  return isPromise(refused) ? refused.then((failure) => refuse(frame, failure)) : refuse(frame, refused)
}

function refuse(frame: Frame, failure: unknown): void {
  if (failure instanceof Failure) throw failure
  frame.made?.settle(frame.command.name)
}

/** The body. */
export const execute: Stage = (frame) => {
  const result = frame.runner.body.run!(frame as never)
  if (!isPromise(result)) return conclude(frame, result)
  const waiting = frame.lifetime === undefined ? result : (frame.lifetime.within(result) as Promise<unknown>)
  return waiting.then((value) => conclude(frame, value))
}

/** The body of a command with a streamed output. */
export const executeStream: Stage = (frame) => streamBody(frame).then((result) => conclude(frame, result))

/** Takes what the body returned: a failure, or a value that fits the output type. */
function conclude(frame: Frame, result: unknown): Maybe<void> {
  if (result instanceof Failure) throw result
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
    const { path, message } = checked.issues[0]!
    const reason = `${message} (at ${path.join('/') || 'the top'})`
    throw new Defect('InvalidOutput', { command: frame.command.name, reason })
  }
  frame.outcome = success(checked)
}

/** Makes the writes of the outermost command durable. */
export const commit: Stage = (frame) => {
  if (frame.claim !== undefined) keepAnswer(frame)
  return frame.unit?.commit() as Maybe<void>
}

/** An outcome for the failures that a stage threw, or nothing for a defect. */
export function failureOutcome(frame: Frame, thrown: unknown) {
  if (thrown instanceof FailedCall) return failed(thrown.errors)
  if (!(thrown instanceof Failure)) return undefined
  frame.runner.assertDeclared(thrown)
  frame.made?.settle(frame.command.name, thrown)
  return failed([thrown])
}
