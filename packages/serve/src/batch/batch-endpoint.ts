import { type AnyFailure, Failure, type OpenApp, type Outcome, outgoingOutcome, systemFailure } from '@heddle/core'
import { addressReader } from '../access/address.ts'
import { createRateLimits, type RateStanding } from '../access/rate-limits.ts'
import { mediaTypes, noSniffing } from '../http/accept.ts'
import type { KnownCaller } from '../http/call-endpoint.ts'
import { callerOf } from '../http/caller-of.ts'
import { refusalCounter } from '../http/count-refusals.ts'
import type { PlainEndpoints } from '../http/endpoint.ts'
import { type Answer, type Exchange, pathOf, queryOf, type Write } from '../http/exchange.ts'
import { linesOf } from '../http/lines-of.ts'
import { type HandlerOptions, httpDefaults, type HttpOptions } from '../http/options.ts'
import { failureJson, problemAnswer } from '../http/problem.ts'
import { OpenBatches } from './open-batches.ts'
import { type BatchLine, readLine } from './read-line.ts'
import { servedCommands } from './served-commands.ts'

/** Where many calls are made by one request. */
export const batchPath = '/_heddle/batch'

/** How many lines are calls at the same time (limit `batch.concurrency`). */
const concurrency = 16

/** A list with a thousand wrong elements is not answered with a thousand errors. */
const mostErrors = 100

const stranger: KnownCaller = { as: null }

/**
 * `POST /_heddle/batch`: each line of the body is a call, `{"call":"bank.FindAccount","input":{…}}` with `key` and `timeout`
 * where they are wanted, and each line of the answer what one ended with, `{"at":0,"value":…}` or `{"at":0,"errors":[…]}`, in
 * the order in which they end. Every call is one of its own: it has its own transaction, counts against the limits, and is
 * allowed or denied, as if it had been sent alone.
 *
 * A batch that names itself, `?id=…`, can have one of its calls cancelled by who sent it: `POST /_heddle/batch/cancel?id=…&at=3`,
 * where that reaches the same process.
 */
export function batchEndpoint(app: OpenApp, options: HandlerOptions): PlainEndpoints {
  const { maxBodyBytes, maxDepth, rateLimits = [], trustedProxies = [], challenge } = { ...httpDefaults, ...options }
  const { name: surface = 'http' } = options as Pick<HttpOptions, 'name'>
  const limits = { maxBodyBytes, maxDepth }
  const identify = callerOf(app, options)
  const rates =
    rateLimits.length > 0 ? createRateLimits(rateLimits, app.ports, addressReader(trustedProxies)) : undefined
  const find = servedCommands(app, options)
  const countRefusal = refusalCounter(app, surface)
  const batches = new OpenBatches()

  async function answer(exchange: Exchange): Promise<Answer> {
    const refused = refusalOf(exchange)
    if (refused) return refuse(exchange, refused)
    return admitted(exchange, (caller, headers) => ({
      status: 200,
      headers: {
        'content-type': mediaTypes.lines,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        ...noSniffing,
        ...headers,
      },
      body: (write) => answerLines(exchange, caller, write),
    }))
  }

  const cancel = (exchange: Exchange) =>
    admitted(exchange, (caller, headers) => {
      const name = nameOf(exchange, caller)
      const at = Number(new URLSearchParams(queryOf(exchange.url)).get('at'))
      if (name !== undefined) batches.cancel(name, at)
      return { status: 204, headers: { ...headers }, body: undefined }
    })

  async function admitted(
    exchange: Exchange,
    give: (caller: KnownCaller, headers: Readonly<Record<string, string>> | undefined) => Answer,
  ): Promise<Answer> {
    const standing = rates?.(exchange)
    const tooMany = await standing?.countSender()
    if (tooMany) return refuse(exchange, tooMany)
    const caller = identify ? await identify(exchange) : stranger
    if (caller instanceof Failure) return refuse(exchange, caller)
    return give(caller, standing?.headers())
  }

  function refuse(exchange: Exchange, failure: AnyFailure): Answer {
    countRefusal(failure)
    return problemAnswer([failure], { instance: pathOf(exchange.url), challenge })
  }

  /** Reads no faster than calls end and answers are taken. */
  async function answerLines(exchange: Exchange, caller: KnownCaller, write: Write): Promise<void> {
    const { isOperator = false } = caller
    const running = new Set<Promise<void>>()
    const name = nameOf(exchange, caller)
    const batch = name === undefined ? undefined : batches.open(name)
    const told = (errors: readonly AnyFailure[]) =>
      `"errors":${JSON.stringify(errors.slice(0, mostErrors).map((error) => failureJson(error, isOperator)))}`

    async function run(line: Outcome<BatchLine, AnyFailure>, at: number): Promise<void> {
      const own = batch?.begin(at)
      const signal = () => (own ? AbortSignal.any([exchange.signal, own]) : exchange.signal)
      const { outcome, encode } = line.ok
        ? await call(exchange, caller, line.value, signal)
        : { outcome: line, encode: undefined }
      batch?.end(at)
      if (!line.ok) countRefusal(line.errors[0]!)
      const piece = outcome.ok ? `"value":${encode?.(outcome.value) ?? 'null'}` : told(outcome.errors)
      await write(`{"at":${at},${piece}}\n`)
    }

    let at = 0
    try {
      for await (const { bytes } of linesOf(exchange.streamBody(), maxBodyBytes)) {
        // The bytes are gone when the next line is asked for, so they are read now.
        const begun = run(readLine(bytes, limits), at++)
        const ended: Promise<void> = begun.finally(() => running.delete(ended))
        running.add(ended)
        if (running.size >= concurrency) await Promise.race(running)
      }
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      // No line can be told from the next any more.
      countRefusal(thrown)
      await write(`{${told([thrown])}}\n`)
    }
    await Promise.all(running)
    batch?.close()
  }

  async function call(
    exchange: Exchange,
    caller: KnownCaller,
    { call: name, input, key, timeout }: BatchLine,
    signal: () => AbortSignal,
  ) {
    const served = find(name)
    const refused = served
      ? (served.refused ?? (await countCall(rates?.(exchange), caller)))
      : systemFailure('UnknownCommand', { name })
    if (!served || refused) {
      countRefusal(refused!, served?.command.name)
      return { outcome: { ok: false, errors: [refused!] } as const, encode: undefined }
    }
    const { command, outgoing, encode, files } = served
    const called = app.call(command, input as never, {
      as: caller.as,
      tenant: caller.tenant,
      credentials: caller.credentials,
      from: 'json',
      signal,
      idempotencyKey: key,
      deadline: timeout === undefined ? undefined : app.ports.clock.now() + timeout * 1000,
      surface,
    }) as Promise<Outcome<unknown, AnyFailure>>
    const outcome = outgoingOutcome(outgoing, await called)
    return { outcome: files ? await files.outcome(outcome) : outcome, encode }
  }

  return {
    [`POST ${batchPath}`]: { kind: 'plain', mediaType: mediaTypes.lines, answer },
    [`POST ${batchPath}/cancel`]: { kind: 'plain', answer: cancel },
  }
}

/** What a batch is called among those of its sender; undefined where it has no name that nobody guesses. */
function nameOf(exchange: Exchange, { as, tenant = '' }: KnownCaller): string | undefined {
  const id = new URLSearchParams(queryOf(exchange.url)).get('id') ?? ''
  return /^[\w-]{16,64}$/.test(id) ? JSON.stringify([as?.id, tenant, id]) : undefined
}

const countCall = (standing: RateStanding | undefined, caller: KnownCaller) => standing?.countCaller(caller.as)

/** Why a request is no batch. */
function refusalOf(exchange: Exchange): AnyFailure | undefined {
  const type = exchange.header('content-type') ?? 'none'
  const encoding = exchange.header('content-encoding') ?? 'identity'
  if (!type.toLowerCase().startsWith(mediaTypes.lines)) return systemFailure('UnsupportedMediaType', { type })
  return encoding === 'identity'
    ? undefined
    : systemFailure('UnsupportedMediaType', { type: `content encoding ${encoding}` })
}
