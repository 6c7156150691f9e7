import { type AnyFailure, Failure, parseDuration, systemFailure } from '@heddle/core'
import { addressReader } from '../access/address.ts'
import { createRateLimits } from '../access/rate-limits.ts'
import { mediaTypes } from '../http/accept.ts'
import { refusedOrigin } from '../http/allowed-origin.ts'
import { type Answer, type Exchange, pathOf } from '../http/exchange.ts'
import type { Mounted, MountHost } from '../http/mount.ts'
import { httpDefaults } from '../http/options.ts'
import { problemAnswer } from '../http/problem.ts'
import { readText } from '../http/read-input.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { liveHubOf } from './create-hub.ts'
import { Heartbeats } from './heartbeats.ts'
import type { LiveHub, Subscription } from './live-hub.ts'
import { OpenAnswers } from './open-answers.ts'
import { CallerWatches } from './watch-callers.ts'

/** Where what is pushed is served. */
export const livePath = '/_heddle/live'

/**
 * Serves queries and events as they change, to whoever may ask for them: `GET /_heddle/live/{domain}/{Query}` and
 * `GET /_heddle/live/events`. Nothing where the app keeps no events.
 */
export function mountLive(host: MountHost, surface: string): Mounted | undefined {
  const hub = liveHubOf(host.app)
  return hub && mounted(host, hub, surface)
}

function mounted({ app, options, callerOf }: MountHost, hub: LiveHub, surface: string): Mounted {
  const { ports } = app
  const { maxDepth, maxBodyBytes, rateLimits = [], trustedProxies = [] } = { ...httpDefaults, ...options }
  // The same counters as those of calls: to subscribe is one.
  const rates = rateLimits.length > 0 ? createRateLimits(rateLimits, ports, addressReader(trustedProxies)) : undefined
  const { heartbeat = '15s' } = options.live || {}
  const callers = new CallerWatches(ports, callerOf)
  const heartbeats = new Heartbeats(ports.timers, parseDuration(heartbeat))
  const open = new OpenAnswers()

  const refuse = (exchange: Exchange, errors: readonly AnyFailure[], isOperator = false) =>
    problemAnswer(errors, { instance: pathOf(exchange.url), challenge: options.challenge, isOperator })

  /** Whether a query may be asked for here: what no path leads to is not told either. */
  const isServed = (name: string) =>
    options.commands !== 'routes' || Object.values(options.routes ?? {}).some((command) => command.name === name)

  async function subscribe(exchange: Exchange, what: Subscription): Promise<Answer> {
    if (open.ending.aborted) return refuse(exchange, [systemFailure('ShuttingDown')])
    const foreign = refusedOrigin(exchange, options.cors)
    if (foreign) return refuse(exchange, [foreign])
    if (exchange.method === 'HEAD') return refuse(exchange, [noHead(exchange)])
    const standing = rates?.(exchange)
    const tooManySent = await standing?.countSender()
    if (tooManySent) return refuse(exchange, [tooManySent])
    const caller = await callers.watch(exchange)
    if (caller instanceof Failure) return refuse(exchange, [caller])
    const tooMany = await standing?.countCaller(caller.current.as)
    if (tooMany) {
      caller.stop()
      return refuse(exchange, [tooMany])
    }
    const signal = AbortSignal.any([exchange.signal, open.ending])
    const lastId = exchange.header('last-event-id')
    const opened = await hub.subscribe(what, { caller, signal, surface, lastId })
    if (!opened.ok) {
      caller.stop()
      return refuse(exchange, opened.errors, caller.current.isOperator)
    }
    return open.tell(caller, {
      subscription: opened.value,
      heartbeats,
      // Not all at once, when a server that many were connected to is back.
      retryMs: 500 + Math.floor(ports.random.next() * 1000),
      isOperator: () => caller.current.isOperator ?? false,
    })
  }

  const query: PlainEndpoint = {
    kind: 'plain',
    mediaType: mediaTypes.events,
    answer(exchange, parts) {
      const name = Object.values(parts).join('.')
      if (!isServed(name)) return refuse(exchange, [systemFailure('UnknownCommand', { name })])
      const input = readText(exchange, {}, { maxDepth, maxBodyBytes })
      if (!input.ok) return refuse(exchange, input.errors)
      return subscribe(exchange, { kind: 'query', query: name, input: input.value, from: 'text' })
    },
  }

  const events: PlainEndpoint = {
    kind: 'plain',
    mediaType: mediaTypes.events,
    answer(exchange) {
      const wanted = new URLSearchParams(new URL(exchange.url, 'http://localhost').search)
      const unknown = [...wanted.keys()].find((name) => name !== 'on' && name !== 'after')
      if (unknown !== undefined) {
        const expected = 'only `on` and `after` are known'
        return refuse(exchange, [systemFailure('InvalidOption', { option: 'query', value: unknown, expected })])
      }
      const after = wanted.get('after')
      return subscribe(exchange, {
        kind: 'events',
        on: wanted.getAll('on').flatMap((names) => names.split(',').filter((name) => name !== '')),
        ...(after !== null && { after: after.trim() === '' ? Number.NaN : Number(after) }),
      })
    },
  }

  return {
    endpoints: {
      [`GET ${livePath}/events`]: events,
      [`GET ${livePath}/{domain}/{command}`]: query,
      [`GET ${livePath}/{domain}/{subdomain}/{command}`]: query,
    },
    // They come back, to another process or to the next one here, and go on where they were.
    drain: () => open.drain(),
    stop() {
      open.stop()
      callers.stop()
    },
  }
}

const noHead = ({ url, method }: Exchange) => systemFailure('UnsupportedMethod', { path: pathOf(url), method })
