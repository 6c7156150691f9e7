import type { Span } from '@opentelemetry/api'
import type { Frame } from '../call/frame.ts'
import type { Stage } from '../call/stages.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { CommitConflict } from '../ports/transactions.ts'
import type { Tracing } from './tracing.ts'

/** OpenTelemetry's status of a span that went wrong. Its enum would load the API, which an app without spans never does. */
const errorStatus = 2

/** What is told of a failure. */
export type ToldFailure = Pick<AnyFailure, 'code' | 'severity'>

/** What is told of something that a subcommand threw. */
export const thrownAs = (thrown: unknown): ToldFailure =>
  thrown instanceof CommitConflict ? { code: 'Conflict', severity: 'warning' } : { code: 'Internal', severity: 'error' }

/**
 * Says on a span what a failure was. Only what is this system's own fault marks it as an error, and neither message nor
 * data are told: both may hold what a caller sent.
 */
export function failSpan(span: Span, { code, severity }: ToldFailure): void {
  span.setAttribute('error.type', code)
  if (severity === 'error' || severity === 'fatal') span.setStatus({ code: errorStatus, message: code })
}

/** Ends the span of a call. */
export function endCallSpan(span: Span, failure: ToldFailure | undefined, retries: number): void {
  if (failure) failSpan(span, failure)
  if (retries > 0) span.setAttribute('heddle.attempts', retries + 1)
  span.end()
}

/** A stage that runs within the span of its call, so that what others trace in it becomes a part of it. */
export function inSpan(tracing: Tracing, stage: Stage): Stage {
  return (frame) => {
    const span = spanOf(frame)
    return span ? tracing.within(span, () => stage(frame)) : stage(frame)
  }
}

/** A stage with a span of its own. */
export function ownSpan(tracing: Tracing, name: string, isWanted: (frame: Frame) => boolean, stage: Stage): Stage {
  return (frame) => {
    const around = isWanted(frame) ? spanOf(frame) : undefined
    if (!around) return stage(frame)
    const span = tracing.begin(name, 'internal', around, {})
    return tracing.within(span, () => untilEnd(span, () => stage(frame)))
  }
}

/** Ends a span when what runs in it has ended, in whatever way. */
export function untilEnd<Value>(span: Span, run: () => Maybe<Value>): Maybe<Value> {
  try {
    const result = run()
    if (isPromise(result)) return result.finally(() => span.end())
    span.end()
    return result
  } catch (thrown) {
    span.end()
    throw thrown
  }
}

/** The span of a frame, or of another attempt of the same call. */
export const spanOf = (frame: Frame | undefined): Span | undefined => frame?.watched?.span
