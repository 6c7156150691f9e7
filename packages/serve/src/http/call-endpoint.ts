import {
  type AnyFailure,
  type CallOptions,
  Failure,
  failed,
  holdsAnnotation,
  type OpenApp,
  type Outcome,
  outgoingOutcome,
  type Principal,
  StreamedFile,
  systemFailure,
} from '@heddle/core'
import type { RateStanding } from '../access/rate-limits.ts'
import { whileKnown } from '../live/while-known.ts'
import type { CallerWatches } from '../live/watch-callers.ts'
import { asOfCalled } from '../called-later.ts'
import { accepts, mediaTypes, noSniffing, streamTypeFor } from './accept.ts'
import { batchCall, bringsLines } from './batch-call.ts'
import { begunAnswer } from './begun-call.ts'
import { callHeaders, type HeaderOptions } from './call-headers.ts'
import type { CountRefusal } from './count-refusals.ts'
import { fileAnswer } from './file/file-answer.ts'
import { formAnswer, takesForm } from './file/form-answer.ts'
import { readUpload, uploadOf } from './file/read-upload.ts'
import type { CommandEndpoint, LaterEndpoint } from './endpoint.ts'
import { entityTag } from './entity-tag.ts'
import { type Answer, type Exchange, pathOf } from './exchange.ts'
import { prefersAsync } from './preferences.ts'
import { problemAnswer } from './problem.ts'
import { withReply } from '../expose/reply.ts'
import { jsonBody, type ReadInput, readJson, readText } from './read-input.ts'
import { streamCall } from './stream-call.ts'
import { hasSeenEnd } from './stream-format.ts'
import { tracedCall, traceParentOf } from './traced-call.ts'
import { chosenVersion, withTold } from './versions.ts'

/** What every call over HTTP is made with. */
export interface CallSetup {
  readonly app: OpenApp
  /** The name of the surface. */
  readonly surface: string
  readonly limits: { readonly maxBodyBytes: number; readonly maxDepth: number }
  readonly challenge: string | undefined
  readonly countRefusal: CountRefusal
  /** Says who calls; nobody when it is missing. */
  readonly principalOf: ((exchange: Exchange) => Caller | Promise<Caller>) | undefined
  /** Asks again who calls, while a call lasts; nobody where it is missing. */
  readonly watches: CallerWatches | undefined
  /** How a request stands with the limits, where there are some. */
  readonly rates: ((exchange: Exchange) => RateStanding) | undefined
}

/** Who calls, or why the request is refused. */
export type Caller = KnownCaller | AnyFailure

/** A principal, or nobody; and what a surface that trusts its callers lets them say besides. */
export interface KnownCaller extends Pick<CallOptions, 'tenant' | 'credentials' | 'from'> {
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
  return endpoint.versions === undefined && endpoint.told === undefined
    ? callTraced(setup, endpoint, exchange, parameters)
    : callVersion(setup, endpoint, exchange, parameters)
}

/** The version that is asked for, and what each of its answers says. */
async function callVersion(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const chosen = endpoint.versions ? chosenVersion(endpoint, exchange) : endpoint
  if (chosen instanceof Failure) return refusal(setup, endpoint, exchange, [chosen])
  const answer = await callTraced(setup, chosen, exchange, parameters)
  return chosen.told ? withTold(answer, chosen.told) : answer
}

function callTraced(
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
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
  parent: CallOptions['parent'],
  standing?: RateStanding,
): Promise<Answer> {
  const isBatch = bringsLines(endpoint, exchange, parameters)
  const accept = exchange.headers.accept
  const streamType = isBatch ? mediaTypes.lines : streamTypeFor(accept, endpoint.isStreamed)
  const mediaType = streamType ?? mediaTypes.json
  const isForm = endpoint.files !== undefined && !endpoint.isFile && !endpoint.isStreamed && takesForm(accept)
  if (!endpoint.isFile && !isForm && !accepts(accept, mediaType))
    return refusal(setup, endpoint, exchange, [systemFailure('NotAcceptable', { type: mediaType })])

  if (mediaType === mediaTypes.events && hasSeenEnd(exchange)) return { status: 204, headers: {}, body: undefined }

  const headers = callHeaders(exchange, setup.app.ports.clock)
  if (headers instanceof Failure) return refusal(setup, endpoint, exchange, [headers])
  const caller = setup.principalOf || standing ? await admit(setup, exchange, standing) : stranger
  if (caller instanceof Failure) return refusal(setup, endpoint, exchange, [caller])

  const upload = endpoint.hasBody ? uploadOf(endpoint, exchange) : undefined
  const from = endpoint.hasBody && !upload ? 'json' : 'text'
  let options = callOptions(setup, exchange, parent, headers, caller, from)
  if (isBatch) return batchAnswer(setup, endpoint, exchange, caller, options)

  let read: ReadInput
  if (upload) {
    const uploaded = await readUpload(exchange, parameters, setup.limits, upload)
    if (uploaded.from === 'json') options = { ...options, from: caller.from ?? 'json' }
    read = uploaded
  } else if (endpoint.hasBody) {
    const body = await jsonBody(exchange, setup.limits.maxBodyBytes)
    read = readJson(exchange, body, parameters, setup.limits, endpoint.command.input)
  } else read = readText(exchange, parameters, setup.limits)
  if (!read.ok) return refusal(setup, endpoint, exchange, read.errors, caller)

  if (streamType !== undefined) return streamAnswer(setup, endpoint, exchange, caller, options, streamType, read.value)
  if (endpoint.later && prefersAsync(exchange.headers.prefer)) {
    return callLater(setup, endpoint, endpoint.later, exchange, caller, options, read.value)
  }
  if (endpoint.respond) return answerBesides(setup, endpoint, endpoint.respond, exchange, caller, options, read.value)
  if (isForm) return answerForm(setup, endpoint, exchange, caller, options, read.value)
  const outcome = await callWith(setup, endpoint, read.value, options)
  return answerOutcome(setup, endpoint, exchange, caller, options, outcome)
}

function answerOutcome(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
  outcome: Outcome<unknown, AnyFailure>,
): Promise<Answer> | Answer {
  if (!outcome.ok) return problem(setup, endpoint, exchange, outcome.errors, caller)
  if (endpoint.begun)
    return answerBegun(setup, endpoint, endpoint, endpoint.begun, exchange, caller, options, outcome.value)
  return outcome.value instanceof StreamedFile
    ? fileAnswer(exchange, outcome.value)
    : valueAnswer(endpoint, outcome.value)
}

/** Answers with what the command says besides: it sees the outcome as it is, with what must not leave. */
async function answerBesides(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  respond: NonNullable<CommandEndpoint['respond']>,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
  input: unknown,
): Promise<Answer> {
  const outcome = await (setup.app.call(endpoint.command, input as never, options) as Promise<
    Outcome<unknown, AnyFailure>
  >)
  const leaving = outgoingOutcome(endpoint.outgoing, outcome)
  const told = endpoint.files ? await endpoint.files.outcome(leaving) : leaving
  const answer = await answerOutcome(setup, endpoint, exchange, caller, options, told)
  return withReply(endpoint.command.name, answer, outcome.ok, respond(outcome as Outcome<never, AnyFailure>))
}

/** Answers with a form that has the files of the value. */
async function answerForm(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
  input: unknown,
): Promise<Answer> {
  const outcome = await callPlainly(setup, endpoint, input, options)
  if (!outcome.ok) return problem(setup, endpoint, exchange, outcome.errors, caller)
  return formAnswer(exchange, outcome.value, endpoint.encodeValue, setup.app.ports.random)
}

/** Answers for what was begun and goes on. Apart, because what closures hold costs each call of the function around them. */
const answerBegun = (
  setup: CallSetup,
  endpoint: CommandEndpoint,
  told: Pick<CommandEndpoint, 'encodeValue'>,
  begun: NonNullable<CommandEndpoint['begun']>,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
  value: unknown,
): Promise<Answer> | Answer =>
  begunAnswer(
    {
      exchange,
      endpoint: told,
      begun,
      options,
      nowMs: () => setup.app.ports.clock.now(),
      call: (command, input, made) =>
        setup.app.call(command, input as never, made) as Promise<Outcome<unknown, AnyFailure>>,
      answer: (given) => valueAnswer({ encodeValue: begun.encodeValue, cacheControl: undefined }, given),
      problem: (errors) => problem(setup, endpoint, exchange, errors, caller),
    },
    value,
  )

/** Calls the command that calls this one later, for who prefers not to wait for it. */
async function callLater(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  later: LaterEndpoint,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
  input: unknown,
): Promise<Answer> {
  const asked = setup.app.call(later.command, { input } as never, options)
  const outcome = (await asked) as Outcome<unknown, AnyFailure>
  if (!outcome.ok) return problem(setup, endpoint, exchange, asOfCalled(outcome.errors), caller)
  return answerBegun(setup, endpoint, later, later.begun, exchange, caller, options, outcome.value)
}

/** Who calls, unless it was more than it may. What counts by address counts before credentials are looked at. */
async function admit(
  { principalOf }: CallSetup,
  exchange: Exchange,
  standing: RateStanding | undefined,
): Promise<Caller> {
  const tooManySent = await standing?.countSender()
  if (tooManySent) return tooManySent
  const caller = principalOf ? await principalOf(exchange) : stranger
  if (caller instanceof Failure) return caller
  return (await standing?.countCaller(caller.as)) ?? caller
}

function callOptions(
  { surface }: CallSetup,
  exchange: Exchange,
  parent: CallOptions['parent'],
  { idempotencyKey, deadline, fences }: HeaderOptions,
  caller: KnownCaller,
  from: CallOptions['from'],
): CallOptions {
  return {
    as: caller.as,
    tenant: caller.tenant,
    credentials: caller.credentials,
    from: caller.from ?? from,
    // Following a client that leaves has its price, so nobody does for a call that is over at once.
    signal: () => exchange.signal,
    idempotencyKey,
    deadline,
    fences,
    parent,
    surface,
  }
}

/** The outcome as it may leave, in JSON. */
function callWith(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  input: unknown,
  options: CallOptions,
  isLines = false,
): Promise<Outcome<unknown, AnyFailure>> {
  const { files } = endpoint
  if (!files) return callPlainly(setup, endpoint, input, options)
  const { onItem } = options
  const inJson = onItem ? { ...options, onItem: files.items(onItem as (item: unknown) => void) } : options
  return callPlainly(setup, endpoint, input, inJson).then(isLines ? files.wholeOutcome : files.outcome)
}

/** The outcome as it may leave; errors are told apart from it, and looked at there. */
function callPlainly({ app }: CallSetup, { command, outgoing }: CommandEndpoint, input: unknown, options: CallOptions) {
  const called = app.call(command, input as never, options) as Promise<Outcome<unknown, AnyFailure>>
  return outgoing ? called.then((outcome) => outgoingOutcome(outgoing, outcome)) : called
}

function batchAnswer(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
): Answer {
  const { idempotencyKey: key } = options
  const onRefused = (failure: AnyFailure) => setup.countRefusal(failure, endpoint.command.name)
  return batchCall(exchange, setup.limits, {
    encodeValue: endpoint.encodeValue,
    isOperator: caller.isOperator ?? false,
    onRefused,
    async call(input, line) {
      // The request itself was counted as the first of its calls.
      const refused = line > 1 ? await setup.rates?.(exchange).countCaller(caller.as) : undefined
      if (refused) {
        onRefused(refused)
        return failed([refused])
      }
      const idempotencyKey = key === undefined ? undefined : `${key}/${line}`
      return callWith(setup, endpoint, input, { ...options, idempotencyKey })
    },
  })
}

function streamAnswer(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  caller: KnownCaller,
  options: CallOptions,
  mediaType: string,
  input: unknown,
): Promise<Answer> {
  const { encodeItem, encodeValue } = endpoint
  return streamCall({
    mediaType,
    call: (told) =>
      whileKnown(setup.watches, exchange, (given) =>
        callWith(setup, endpoint, input, { ...options, ...told, ...given }, true),
      ),
    encodeItem,
    encodeValue,
    isOperator: caller.isOperator ?? false,
    problem: (errors) => problem(setup, endpoint, exchange, errors, caller),
  })
}

/** @param caller missing before it is known who calls */
const problem = (
  { challenge }: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  errors: readonly AnyFailure[],
  caller: KnownCaller = stranger,
): Answer =>
  problemAnswer(errors, { instance: instanceOf(endpoint, exchange), isOperator: caller.isOperator ?? false, challenge })

/** The same for a request whose command does not begin. */
function refusal(
  setup: CallSetup,
  endpoint: CommandEndpoint,
  exchange: Exchange,
  errors: readonly AnyFailure[],
  caller?: KnownCaller,
): Answer {
  setup.countRefusal(errors[0]!, endpoint.command.name)
  return problem(setup, endpoint, exchange, errors, caller)
}

function valueAnswer(
  { encodeValue, cacheControl }: Pick<CommandEndpoint, 'encodeValue' | 'cacheControl'>,
  value: unknown,
): Answer {
  if (value === undefined) return { status: 204, headers: {}, body: undefined }
  const headers: Record<string, string> = { 'content-type': mediaTypes.json, ...noSniffing }
  const body = encodeValue(value)
  if (cacheControl !== undefined) {
    headers['cache-control'] = cacheControl
    headers.etag = entityTag(body)
  }
  return { status: 200, headers, body }
}
