import { type IncomingMessage, request as httpRequest } from 'node:http'
import {
  type AnyFailure,
  type CallOptions,
  type Clock,
  failed,
  formatTraceparent,
  type FailureJson,
  Failure,
  type Outcome,
  type Principal,
  type Progress,
  StreamedFile,
  success,
  systemClock,
  systemFailure,
  toDataUrl,
  toJson,
  type TraceParent,
} from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import { fenceHeader, formatFences } from '../http/fence-header.ts'
import { pathOfCommand } from '../http/endpoint.ts'
import { formatCaller, localHeaders } from './protocol.ts'

/** How a call to the owner of a data folder is made. `as` missing is the operator. */
export interface LocalCallOptions extends Omit<CallOptions, 'as' | 'onItem' | 'signal' | 'trusted'> {
  /** A principal, the id of one that is kept, or nobody. */
  readonly as?: Principal | string | null
  readonly signal?: AbortSignal
  readonly onItem?: (item: unknown) => void | Promise<void>
  /** Tells how far the deadline is away. @default the machine's clock */
  readonly clock?: Clock
}

type LocalOutcome = Outcome<unknown, AnyFailure>

/**
 * Calls a command in the process that owns a data folder. The outcome is the one that the process has, but as JSON: dates
 * are text. Without an answer it is `Unavailable`. It rejects only with what `onItem` throws.
 *
 * @param socketPath see `localSocketPath`
 */
export async function callLocally(
  socketPath: string,
  name: string,
  input: unknown,
  options: LocalCallOptions = {},
): Promise<LocalOutcome> {
  try {
    const answer = await send(socketPath, name, await withFilesInline(input), options)
    return await readOutcome(answer, options)
  } catch (cause) {
    if (cause instanceof CallbackThrew) throw cause.thrown
    if (options.signal?.aborted) return failed([cancelled(options.signal.reason)])
    return failed([systemFailure('Unavailable', { what: `The process at ${socketPath}` }, { cause })])
  }
}

/** Files as base64: what goes through the socket is JSON, and no larger than its limit. */
async function withFilesInline(value: unknown): Promise<unknown> {
  if (value instanceof StreamedFile) return toDataUrl(value)
  if (Array.isArray(value)) return Promise.all(value.map(withFilesInline))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const fields: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) fields[name] = await withFilesInline(field)
  return fields
}

function send(socketPath: string, name: string, input: unknown, options: LocalCallOptions): Promise<IncomingMessage> {
  const body = Buffer.from(JSON.stringify(toJson(input === undefined ? {} : input)))
  const headers = { ...headersOf(options), 'content-length': body.byteLength }
  const { signal } = options
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ socketPath, method: 'POST', path: pathOfCommand(name), headers, signal, agent: false })
    sent.once('response', resolve).once('error', reject)
    sent.end(body)
  })
}

function headersOf(options: LocalCallOptions) {
  const { as, tenant, from, idempotencyKey, deadline, fences, clock = systemClock } = options
  const parent = parentOf(options)
  return {
    'content-type': mediaTypes.json,
    accept: mediaTypes.lines,
    ...(as !== undefined && { [localHeaders.as]: formatCaller(as) }),
    ...(tenant !== undefined && { [localHeaders.tenant]: encodeURIComponent(tenant) }),
    ...(from === 'text' && { [localHeaders.from]: from }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': `"${idempotencyKey}"` }),
    ...(deadline !== undefined && { 'request-timeout': (Math.max(0, deadline - clock.now()) / 1000).toFixed(3) }),
    ...(fences !== undefined && { [fenceHeader]: formatFences(fences) }),
    ...(parent && { traceparent: formatTraceparent(parent), ...(parent.state && { tracestate: parent.state }) }),
  }
}

/** A trace id alone is told with a span that is made up. */
function parentOf({ parent, traceId }: LocalCallOptions): TraceParent | undefined {
  if (parent) return parent
  return traceId === undefined ? undefined : { traceId, spanId: traceId.slice(16), sampled: parent === undefined }
}

/** Reads lines as they come; the command waits while `onItem` does. */
async function readOutcome(answer: IncomingMessage, { onItem, onProgress }: LocalCallOptions): Promise<LocalOutcome> {
  answer.setEncoding('utf8')
  if (answer.headers['content-type'] !== mediaTypes.lines) return readProblem(answer)
  let rest = ''
  for await (const chunk of answer as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const told = JSON.parse(line) as { item?: unknown; progress?: Progress; value?: unknown; errors?: FailureJson[] }
      if ('item' in told) await handOn(told.item, onItem)
      else if (told.progress) onProgress?.(told.progress)
      else return told.errors ? failed(told.errors.map(failureOf)) : success(told.value)
    }
  }
  throw new Error('the answer broke off')
}

/** Set apart from what goes wrong on the socket. */
class CallbackThrew {
  readonly thrown: unknown

  constructor(thrown: unknown) {
    this.thrown = thrown
  }
}

async function handOn(item: unknown, onItem: LocalCallOptions['onItem']): Promise<void> {
  try {
    await onItem?.(item)
  } catch (thrown) {
    throw new CallbackThrew(thrown)
  }
}

/** Reads an answer in place of the one that was asked for. */
export async function readProblem(answer: IncomingMessage): Promise<Outcome<never, AnyFailure>> {
  let text = ''
  for await (const chunk of answer as AsyncIterable<string>) text += chunk
  const { errors } = JSON.parse(text) as { errors: FailureJson[] }
  return failed(errors.map(failureOf))
}

/** A failure as it was in the other process, but for its cause. */
function failureOf({ code, data, path, via, message, category, severity, retry, help }: FailureJson): AnyFailure {
  return new Failure(code, data, { category, severity, retry, message, help }, path, undefined, message, via)
}

const cancelled = (reason: unknown): AnyFailure => (reason instanceof Failure ? reason : systemFailure('Cancelled'))
