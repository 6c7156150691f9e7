import {
  type AnyFailure,
  FailedCall,
  Failure,
  failed,
  failSpan,
  type Outcome,
  success,
  systemFailure,
} from '@heddle/core'
import type { Span } from '@opentelemetry/api'
import { mediaTypes } from '../http/accept.ts'
import { waitBefore } from './attempts.ts'
import { isOfType, parsed, textOf } from './body.ts'
import { type Connection, type RemoteResponse, TooManyWaiting } from './connection.ts'
import { downloadedFile, isFile } from './download.ts'
import { broken, failuresFrom, isForbidden, unavailable, wasNeverSent } from './failures.ts'
import { authorizationOf, beginSpan, callHeadersOf, type HeaderSetup, mayRenew } from './headers.ts'
import { piecesOf } from './pieces.ts'
import type { RemoteContext, RemoteTarget } from './target.ts'
import { type Upload, uploadOf } from './upload.ts'

/** Calls the commands of another app. */
export interface RemoteCaller {
  /** @throws {FailedCall} with the errors of the outcome */
  call(target: RemoteTarget, input: unknown, ctx: RemoteContext): Promise<unknown>
  /** Gives the items as they are taken, then the value. @throws {FailedCall} */
  stream(target: RemoteTarget, input: unknown, ctx: RemoteContext): AsyncGenerator<unknown, unknown, void>
}

/** What calls are made with. */
export interface CallerSetup extends HeaderSetup {
  /** What the other app is called in messages. */
  readonly name: string
  readonly url: URL
  readonly retries: number
  readonly maxAnswerBytes: number
  readonly connection: () => Connection
}

/** One call, however often it is tried. */
interface RemoteCall {
  readonly target: RemoteTarget
  readonly body: string | undefined
  /** In place of the body, where there are files to send. */
  readonly upload: Upload | undefined
  readonly key: string | undefined
  /** Whether it may be made again although nobody knows what became of it. */
  readonly isSafe: boolean
  readonly isStreamed: boolean
  readonly ctx: RemoteContext
}

type AnyOutcome = Outcome<unknown, AnyFailure>

/** Makes a caller over connections to one app. */
export function createCaller(setup: CallerSetup): RemoteCaller {
  return { call, stream }

  async function call(target: RemoteTarget, input: unknown, ctx: RemoteContext): Promise<unknown> {
    // A file would come as text among lines that tell progress.
    if (ctx.tellsProgress && !target.givesFiles) return follow(target, input, ctx)
    const made = target.takes ? await uploadingCall(target, input, ctx, false) : callOf(target, input, ctx, false)
    return valueOf(await repeated(made, () => attempt(made, wholeAnswer)))
  }

  /** The value of a call of which items are not expected, but progress is. */
  async function follow(target: RemoteTarget, input: unknown, ctx: RemoteContext): Promise<unknown> {
    const items = stream(target, input, ctx)
    for (;;) {
      const next = await items.next()
      if (next.done) return next.value
    }
  }

  async function* stream(target: RemoteTarget, input: unknown, ctx: RemoteContext) {
    const made = target.takes ? await uploadingCall(target, input, ctx, true) : callOf(target, input, ctx, true)
    const begun = valueOf(await repeated(made, () => attempt(made, begunAnswer))) as Begun
    if ('value' in begun) return begun.value
    return yield* piecesOf(begun.response.body, setup, target, ctx)
  }

  function callOf(target: RemoteTarget, input: unknown, ctx: RemoteContext, isStreamed: boolean): RemoteCall {
    const key = ctx.outgoingKey
    const isSafe = key !== undefined || target.isRepeatable
    return { target, body: target.encode(input), upload: undefined, key, isSafe, isStreamed, ctx }
  }

  async function uploadingCall(
    target: RemoteTarget,
    input: unknown,
    ctx: RemoteContext,
    isStreamed: boolean,
  ): Promise<RemoteCall> {
    const { maxAnswerBytes: maxTextBytes } = setup
    const upload = await uploadOf(input, { places: target.takes!, random: ctx.random, maxTextBytes })
    return { ...callOf(target, undefined, ctx, isStreamed), upload }
  }

  /** Makes a call again as long as its failures say that this may help, and nothing speaks against it. */
  async function repeated(made: RemoteCall, attempted: () => Promise<AnyOutcome>): Promise<AnyOutcome> {
    for (let number = 1; ; number++) {
      const outcome = await attempted()
      if (outcome.ok || number > setup.retries || made.upload?.isSpent) return outcome
      if (!(made.isSafe || outcome.errors.every(isUnsent))) return outcome
      const waitMs = waitBefore(outcome.errors, number, made.ctx)
      if (waitMs === undefined) return outcome
      await made.ctx.sleep(waitMs)
    }
  }

  /** Asks once; twice where credentials were refused and others may be had. */
  async function attempt(made: RemoteCall, answer: Answer): Promise<AnyOutcome> {
    const response = await ask(made, false)
    if ('ok' in response) return response
    if (response.statusCode !== 401 || !mayRenew(setup) || made.upload?.isSpent) return answer(made, response)
    await response.body.dump()
    const second = await ask(made, true)
    return 'ok' in second ? second : answer(made, second)
  }

  async function ask(made: RemoteCall, refused: boolean): Promise<RemoteResponse | AnyOutcome> {
    const { target, upload, key, isStreamed, ctx } = made
    const { signal } = ctx
    const given = authorizationOf(setup, ctx, refused)
    const authorization = given instanceof Promise ? await given : given
    const span = beginSpan(ctx, target, setup.url)
    const headers = callHeadersOf(setup, ctx, key, authorization, isStreamed, upload?.headers ?? ofJson, span)
    try {
      const body = upload ? upload.body() : made.body
      const response = await setup.connection().request({ method: 'POST', path: target.path, headers, body, signal })
      if (span) noteStatus(span, response.statusCode)
      return response
    } catch (thrown) {
      if (span) failSpan(span, { code: thrown instanceof Error ? thrown.name : 'Error', severity: 'error' })
      return lost(made, thrown)
    } finally {
      span?.end()
    }
  }

  /** A connection that broke, or was never made. What the caller ended, it ends with its own reason. */
  function lost({ ctx, upload, ...made }: RemoteCall, thrown: unknown): AnyOutcome {
    ctx.signal.throwIfAborted()
    const isSafe = made.isSafe && !upload?.isSpent
    if (upload?.trouble) return failedReading(upload.trouble.thrown)
    if (thrown instanceof TooManyWaiting) {
      return failed([systemFailure('LimitReached', { name: 'remote.waiting', limit: thrown.limit })])
    }
    if (isForbidden(thrown)) return failed([thrown.toFailure()])
    if (wasNeverSent(thrown)) return failed([unavailable(setup.name, true, thrown)])
    return failed([unavailable(broken(setup.name), isSafe, thrown)])
  }

  async function wholeAnswer(made: RemoteCall, response: RemoteResponse): Promise<AnyOutcome> {
    const { target } = made
    const { statusCode } = response
    if (statusCode === 204) {
      await response.body.dump()
      return target.value(undefined)
    }
    if (target.givesFiles && isFile(response)) return receivedFile(target, response)
    let text: string | undefined
    try {
      text = await textOf(response, setup.maxAnswerBytes)
    } catch (thrown) {
      return lost(made, thrown)
    }
    const name = `${setup.name} (${target.name}`
    if (text === undefined) {
      return failed([unavailable(`${name} answers with more than ${setup.maxAnswerBytes} bytes)`, false)])
    }
    const read = isOfType(response, mediaTypes.json, problemType) ? parsed(text) : undefined
    if (read && statusCode >= 200 && statusCode < 300) return target.value(read.json)
    const errors = read && failuresFrom(target.errors, (read.json as { errors?: unknown } | null)?.errors)
    // Something in between has answered, e.g. a proxy that does not reach the app.
    return failed(errors ?? [unavailable(`${name} is answered with ${statusCode}, and no outcome)`, made.isSafe)])
  }

  function receivedFile(target: RemoteTarget, response: RemoteResponse): AnyOutcome {
    const outcome = target.value(downloadedFile(response, setup.name))
    if (!outcome.ok) response.body.destroy()
    return outcome
  }

  async function begunAnswer(made: RemoteCall, response: RemoteResponse): Promise<AnyOutcome> {
    if (response.statusCode === 200 && isOfType(response, mediaTypes.lines)) return success({ response })
    const outcome = await wholeAnswer(made, response)
    return outcome.ok ? success({ value: outcome.value }) : outcome
  }
}

type Answer = (made: RemoteCall, response: RemoteResponse) => Promise<AnyOutcome>

/** A streamed call that has begun; or the value of one that has ended. */
type Begun = { readonly response: RemoteResponse } | { readonly value: unknown }

const ofJson = ['content-type', mediaTypes.json]
const problemType = 'application/problem+json'

/** Failures of which it is known that the other app has not begun anything. */
const isUnsent = ({ code, cause }: AnyFailure): boolean => code === 'Unavailable' && wasNeverSent(cause)

/** A file of this app that could not be read is what its reader says, e.g. `TooLarge`. */
function failedReading(thrown: unknown): AnyOutcome {
  if (thrown instanceof Failure) return failed([thrown as AnyFailure])
  throw thrown
}

function valueOf(outcome: AnyOutcome): unknown {
  if (outcome.ok) return outcome.value
  throw new FailedCall(outcome.errors)
}

/** By OpenTelemetry's conventions 4xx and 5xx are errors for a client. */
function noteStatus(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status)
  if (status >= 400) failSpan(span, { code: String(status), severity: 'error' })
}
