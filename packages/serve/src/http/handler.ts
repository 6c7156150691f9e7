import { Failure, type OpenApp, systemFailure } from '@heddle/core'
import { addressReader } from '../access/address.ts'
import { openCommand } from '../access/closed.ts'
import { createRateLimits } from '../access/rate-limits.ts'
import { accepts } from './accept.ts'
import { CallerWatches } from '../live/watch-callers.ts'
import { changed, type ChangeRequest } from './change-request.ts'
import { createCors } from './cors.ts'
import { callEndpoint, type CallSetup, type Caller } from './call-endpoint.ts'
import { refusalCounter } from './count-refusals.ts'
import { createFinish } from './finish-answer.ts'
import { type Endpoint, layOut, type PlainEndpoint, type PlainEndpoints } from './endpoint.ts'
import { type Answer, type Exchange, type HttpRequest, pathOf } from './exchange.ts'
import { refusedAt } from './guarded.ts'
import { callerOf } from './caller-of.ts'
import type { RefusedHost } from './hosts.ts'
import { internalFailure } from './internal-failure.ts'
import { httpDefaults, type HandlerOptions } from './options.ts'
import { problemAnswer, type ProblemOptions } from './problem.ts'
import { withTold } from './versions.ts'

/**
 * Answers requests, in the steps of `answerTo`. They are apart because each function that waits costs a request more than
 * its routing does.
 */
export interface Handler {
  /** The answer as its endpoint makes it. Throws or rejects at a mistake outside of any call. */
  begin(exchange: Exchange): Answer | Promise<Answer>
  /** The answer in place of one that was not made. */
  mend(exchange: Exchange, thrown: unknown): Answer
  /** What is done to every answer: CORS, entity tags, compression. */
  finish(exchange: Exchange, answer: Answer): Answer | Promise<Answer>
}

/** Answers a request. It never rejects: what goes wrong is an answer. */
export async function answerTo(handler: Handler, exchange: Exchange): Promise<Answer> {
  let answered: Answer | Promise<Answer>
  try {
    answered = handler.begin(exchange)
    if (answered instanceof Promise) answered = await answered
  } catch (thrown) {
    answered = handler.mend(exchange, thrown)
  }
  return handler.finish(exchange, answered)
}

/** What a surface sets for the handler beyond what its user may. */
export interface HandlerSetup {
  /** Its name, in metrics and spans. */
  readonly surface: string
  readonly plain: PlainEndpoints
  /** Says which hosts are not ours. @default all are */
  readonly refusedHost?: RefusedHost
  /** In place of `authenticate`. */
  readonly principalOf?: (exchange: Exchange) => Caller | Promise<Caller>
  /** The same for callers who may lose what they are while they are connected: they are asked for again. */
  readonly callerOf?: (request: HttpRequest) => Caller | Promise<Caller>
}

/**
 * Makes the one handler behind every server: what a path, a method and a header mean is decided here and nowhere else.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 */
export function createHandler(
  app: OpenApp,
  options: HandlerOptions,
  { surface, plain, refusedHost, principalOf, callerOf: callerHere }: HandlerSetup,
): Handler {
  const { maxBodyBytes, maxDepth, maxUrlBytes } = { ...httpDefaults, ...options }
  const { challenge, changeRequest, rateLimits = [], trustedProxies = [] } = options
  // Who comes by a way of its own operates the app: it knows all names, and is told what is closed.
  const knowsAll = principalOf !== undefined
  const router = layOut(app, options, plain, knowsAll)
  const cors = options.cors && createCors(options.cors)
  const { concerns, finish } = createFinish(options.compression)
  const countRefusal = refusalCounter(app, surface)
  const identify = callerHere ?? callerOf(app, options)
  const setup: CallSetup = {
    app,
    surface,
    countRefusal,
    limits: { maxBodyBytes, maxDepth },
    challenge,
    principalOf: principalOf ?? identify,
    // Who comes by a way of its own, e.g. the operator of this machine, stays who it is.
    watches: identify && !principalOf ? new CallerWatches(app.ports, identify) : undefined,
    rates: rateLimits.length > 0 ? createRateLimits(rateLimits, app.ports, addressReader(trustedProxies)) : undefined,
  }

  /** Takes a request for what the app says it is. */
  function routeChanged(exchange: Exchange, change: ChangeRequest): Answer | Promise<Answer> {
    let taken: Exchange
    try {
      taken = changed(exchange, change)
    } catch (thrown) {
      if (thrown instanceof Failure) return refuse(exchange, thrown)
      throw thrown
    }
    return route(taken)
  }

  function route(exchange: Exchange): Answer | Promise<Answer> {
    const { method, url } = exchange
    const path = pathOf(url)
    if (url.length > maxUrlBytes) {
      return refuse(exchange, systemFailure('TooLarge', { limit: maxUrlBytes, name: 'maxUrlBytes' }), { status: 414 })
    }
    const foreign = refusedHost?.(exchange)
    if (foreign !== undefined) return refuse(exchange, foreign)
    const match = router.find(method === 'HEAD' ? 'GET' : method, path)
    if (match === undefined) {
      if (method === 'OPTIONS' && path === '*') return { status: 204, headers: {}, body: undefined }
      return refuse(exchange, nothingAt(path))
    }
    if (match.endpoint === undefined) return otherMethod(exchange, path, match.methods)
    return answer(exchange, match.endpoint, match.parameters)
  }

  /** A path that looks like a command gets the error that the other surfaces give for it. */
  function nothingAt(path: string): Failure {
    if (!/^(?:\/[\w-]+){2,3}$/.test(path)) return systemFailure('UnknownPath', { path })
    const name = path.slice(1).replaceAll('/', '.')
    // In development the log says of a closed one why it is not there.
    if (!knowsAll) openCommand(app, name)
    return systemFailure('UnknownCommand', { name })
  }

  function answer(
    exchange: Exchange,
    endpoint: Endpoint,
    parameters: Readonly<Record<string, string>>,
  ): Answer | Promise<Answer> {
    if (endpoint.kind === 'command') {
      // A streamed answer has no length to tell in advance, so its HEAD would run it for nothing.
      if (exchange.method === 'HEAD' && endpoint.isStreamed)
        return otherMethod(exchange, pathOf(exchange.url), ['GET', 'POST'])
      return callEndpoint(setup, endpoint, exchange, parameters)
    }
    const { mediaType } = endpoint
    if (mediaType !== undefined && !accepts(exchange.header('accept'), mediaType))
      return refuse(exchange, systemFailure('NotAcceptable', { type: mediaType }))
    return endpoint.access ? guarded(exchange, endpoint, parameters) : endpoint.answer(exchange, parameters)
  }

  async function guarded(
    exchange: Exchange,
    endpoint: PlainEndpoint,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const refused = await refusedAt(endpoint, exchange, setup.principalOf)
    return refused ? refuse(exchange, refused) : endpoint.answer(exchange, parameters)
  }

  function otherMethod(exchange: Exchange, path: string, methods: readonly string[]): Answer {
    const withHead = methods.includes('GET') && exchange.method !== 'HEAD'
    const allowed = [...methods, ...(withHead ? ['HEAD'] : []), 'OPTIONS']
    const allow = allowed.join(', ')
    if (exchange.method === 'OPTIONS') {
      return { status: 204, headers: { allow, ...cors?.preflight(exchange, allowed) }, body: undefined }
    }
    const refused = refuse(exchange, systemFailure('UnsupportedMethod', { path, method: exchange.method }))
    return { ...refused, headers: { ...refused.headers, allow } }
  }

  function refuse(exchange: Exchange, failure: Failure, more: Partial<ProblemOptions> = {}): Answer {
    countRefusal(failure)
    return problemAnswer([failure], { instance: pathOf(exchange.url), challenge, ...more })
  }

  return {
    begin: changeRequest ? (exchange) => routeChanged(exchange, changeRequest) : route,
    mend: (exchange, thrown) => refuse(exchange, internalFailure(app.ports, thrown)),
    finish(exchange, answered) {
      const whole = cors ? withTold(answered, cors.headers(exchange)) : answered
      return concerns(whole) ? finish(exchange, whole) : whole
    },
  }
}
