import {
  type AnyFailure,
  type CallOptions,
  Failure,
  failed,
  holdsAnnotation,
  type OpenApp,
  type Outcome,
  type Principal,
  StreamedFile,
  systemFailure,
} from '@heddle/core'
import type { RateStanding } from '../access/rate-limits.ts'
import { accepts, mediaTypes, noSniffing, streamTypeFor } from './accept.ts'
import { batchCall, bringsLines } from './batch-call.ts'
import { callHeaders } from './call-headers.ts'
import { fileAnswer } from './file/file-answer.ts'
import { readUpload, uploadOf } from './file/read-upload.ts'
import type { CommandEndpoint } from './endpoint.ts'
import { entityTag } from './entity-tag.ts'
import { type Answer, type Exchange, pathOf } from './exchange.ts'
import { problemAnswer } from './problem.ts'
import { readJson, readText } from './read-input.ts'
import { streamCall, type Told } from './stream-call.ts'
import { hasSeenEnd } from './stream-format.ts'
import { tracedCall, traceParentOf } from './traced-call.ts'

/** What every call over HTTP is made with. */
export interface CallSetup {
  readonly app: OpenApp
  /** The name of the surface. */
  readonly surface: string
  readonly limits: { readonly maxBodyBytes: number; readonly maxDepth: number }
  readonly challenge: string | undefined
  /** Says who calls; nobody when it is missing. */
  readonly principalOf: ((exchange: Exchange) => Caller | Promise<Caller>) | undefined
  /** How a request stands with the limits, where there are some. */
  readonly rates: ((exchange: Exchange) => RateStanding) | undefined
}

/** Who calls, or why the request is refused. */
export type Caller = KnownCaller | AnyFailure

/** A principal, or nobody; and what a surface that trusts its callers lets them say besides. */
export interface KnownCaller extends Pick<CallOptions, 'tenant' | 'from'> {
  readonly as: Principal | null
  /** Sees the insides of system errors. */
  readonly isOperator?: boolean
}

/** What the problem is about. A path with parameters may hold what the type of the input marks. */
const instanceOf = ({ command, route }: CommandEndpoint, { url }: Exchange) =>
  route.includes('{') && holdsAnnotation(command.input) ? route : pathOf(url)

const stranger: KnownCaller = { as: null }

/** Answers a request to a command. */
export function callEndpoint(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { tracing } = setup.app.ports.telemetry
  if (!tracing) return limitedCall(setup, endpoint, exchange, parameters, traceParentOf(exchange))
  return tracedCall(tracing, endpoint, exchange, (parent) => limitedCall(setup, endpoint, exchange, parameters, parent))
}

function limitedCall(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
  parent: CallOptions['parent'],
): Promise<Answer> {
  if (!setup.rates) return answerCall(setup, endpoint, exchange, parameters, parent)
  const standing = setup.rates(exchange)
  const answered = answerCall(setup, endpoint, exchange, parameters, parent, standing)
  return answered.then((answer) => ({ ...answer, headers: { ...answer.headers, ...standing.headers() } }))
}

async function answerCall(
  { app, surface, limits, challenge, principalOf, rates }: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
  parent: CallOptions['parent'],
  standing?: RateStanding,
): Promise<Answer> {
  let isOperator = false
  const problem = (errors: readonly AnyFailure[]) =>
    problemAnswer(errors, { instance: instanceOf(endpoint, exchange), isOperator, challenge })

  const accept = exchange.header('accept')
  const isBatch = bringsLines(endpoint, exchange, parameters)
  const streamType = isBatch ? mediaTypes.lines : streamTypeFor(accept, endpoint.isStreamed)
  const mediaType = streamType ?? mediaTypes.json
  if (!endpoint.isFile && !accepts(accept, mediaType))
    return problem([systemFailure('NotAcceptable', { type: mediaType })])

  if (mediaType === mediaTypes.events && hasSeenEnd(exchange)) return { status: 204, headers: {}, body: undefined }

  const headers = callHeaders(exchange, app.ports.clock)
  if (headers instanceof Failure) return problem([headers])
  const tooManySent = standing && (await standing.countSender())
  if (tooManySent) return problem([tooManySent])
  const caller = principalOf ? await principalOf(exchange) : stranger
  if (caller instanceof Failure) return problem([caller])
  const tooManyCalls = standing && (await standing.countCaller(caller.as))
  if (tooManyCalls) return problem([tooManyCalls])
  isOperator = caller.isOperator ?? false

  const { command, hasBody } = endpoint
  const upload = hasBody ? uploadOf(endpoint, exchange) : undefined
  const options: CallOptions = {
    as: caller.as,
    tenant: caller.tenant,
    from: caller.from ?? (hasBody && !upload ? 'json' : 'text'),
    // Following a client that leaves has its price, so nobody does for a call that is over at once.
    signal: () => exchange.signal,
    idempotencyKey: headers.idempotencyKey,
    deadline: headers.deadline,
    fences: headers.fences,
    parent,
    surface,
  }
  const callWith = (input: unknown, own: CallOptions) =>
    app.call(command, input as never, own) as Promise<Outcome<unknown, AnyFailure>>
  if (isBatch) {
    const { idempotencyKey: key } = headers
    // The request itself was counted as the first of its calls.
    const tooMany = async (line: number) => (line > 1 ? rates?.(exchange).countCaller(caller.as) : undefined)
    return batchCall(exchange, limits, {
      encodeValue: endpoint.encodeValue,
      isOperator,
      async call(input, line) {
        const refused = await tooMany(line)
        if (refused) return failed([refused])
        return callWith(input, { ...options, idempotencyKey: key === undefined ? undefined : `${key}/${line}` })
      },
    })
  }

  const read = upload
    ? await readUpload(exchange, parameters, limits, upload)
    : hasBody
      ? await readJson(exchange, parameters, limits, command.input)
      : readText(exchange, parameters, limits)
  if (!read.ok) return problem(read.errors)
  if (streamType !== undefined) {
    const { encodeItem, encodeValue } = endpoint
    const callAndTell = (told: Told) => callWith(read.value, { ...options, ...told })
    return streamCall({ mediaType, call: callAndTell, encodeItem, encodeValue, isOperator, problem })
  }
  const outcome = await callWith(read.value, options)
  if (outcome.ok && outcome.value instanceof StreamedFile) return fileAnswer(exchange, outcome.value)
  return outcome.ok ? valueAnswer(endpoint, outcome.value) : problem(outcome.errors)
}

function valueAnswer({ encodeValue, cacheControl }: CommandEndpoint, value: unknown): Answer {
  if (value === undefined) return { status: 204, headers: {}, body: undefined }
  const headers: Record<string, string> = { 'content-type': mediaTypes.json, ...noSniffing }
  const body = encodeValue(value)
  if (cacheControl !== undefined) {
    headers['cache-control'] = cacheControl
    headers.etag = entityTag(body)
  }
  return { status: 200, headers, body }
}
