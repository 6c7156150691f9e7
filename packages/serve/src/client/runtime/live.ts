import { sendable } from './body.ts'
import type { Context, OpenTransport, Pushed, Wanted } from './context.ts'
import { clientFailure, failureOf, isPassing } from './failures.ts'
import { jittered, pause } from './host.ts'
import { eventsIn } from './lines.ts'
import { open } from './open.ts'
import { baseHeaders, errorsOf, pathOf } from './over-http.ts'
import { queryText } from './query-text.ts'
import { either } from './run.ts'
import type { AnyFailure } from './types.ts'

/** The longest that is waited before a broken subscription is taken up again. */
const longestResumeMs = 15_000
/** The server says something this often at least; a connection that says nothing is dead. */
const silenceMs = 60_000

/** Credentials that may have been good before: with new ones it may go on. */
const expired: ReadonlySet<string> = new Set(['Unauthenticated', 'InvalidCredentials'])

/**
 * What is pushed, over as many connections as it takes: one that breaks is taken up again behind the last message. Ends
 * with errors when the server refuses it.
 */
export async function* subscribed(
  context: Context,
  transport: OpenTransport | undefined,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<Pushed, void, void> {
  let last: string | undefined
  const canRenew = context.options.authorization !== undefined
  let mayRenew = canRenew
  for (let failures = 0; !signal.aborted; failures++) {
    const session = context.session()
    const connected = either(signal, session)
    try {
      const messages = transport
        ? transport.subscribe(wanted, last, connected)
        : subscribedOverHttp(context, wanted, last, connected)
      for await (const message of messages) {
        // What comes now may still be meant for who has signed out.
        if (session.aborted && !signal.aborted) break
        if ('errors' in message) {
          const isRefused = message.errors.some(({ code }) => expired.has(code))
          if (!message.errors.every(isPassing) && !(mayRenew && isRefused)) return yield message
          mayRenew = false
          break
        }
        last = message.id
        failures = 0
        mayRenew = canRenew
        if (!('position' in message)) yield message
      }
    } catch (cause) {
      // A connection that broke is taken up again; what is the caller's mistake stays one.
      const failure = failureOf(cause)
      if (failure.category === 'data') return yield { errors: [failure] }
    }
    if (session.aborted) {
      mayRenew = canRenew
      failures = 0
    }
    await pause(jittered(Math.min(longestResumeMs, 200 * 2 ** Math.min(failures, 8))), signal)
  }
}

async function* subscribedOverHttp(
  context: Context,
  wanted: Wanted,
  last: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Pushed, void, void> {
  const headers = baseHeaders(context, 'text/event-stream')
  if (last !== undefined) headers['last-event-id'] = last
  const path =
    'query' in wanted ? pathOf(wanted.query) + sendable(() => queryText(wanted.input)) : `/events${eventsText(wanted)}`
  const request = { path: `/_heddle/live${path}`, method: 'GET', headers, signal, limitMs: Infinity } as const
  const opened = await open(context, request)
  if (!('response' in opened)) {
    // Who could not say who asks may be able to at the next try.
    if (opened.code !== 'InvalidCredentials') yield { errors: [opened] }
    return
  }
  const { response } = opened
  try {
    if (!response.ok) return yield { errors: await errorsOf(undefined, response) }
    if (!response.body || response.status === 204) return
    for await (const { id = '', name, data } of eventsIn(response.body, silenceMs)) {
      if (data === '') {
        yield { id, position: true }
        continue
      }
      const json: unknown = JSON.parse(data)
      if (name === 'value') yield { id, value: json }
      else if (name === 'event') yield { id, event: json }
      else if (name === 'behind') yield { id, behind: json }
      else if (name === 'errors') return yield { errors: json as readonly AnyFailure[] }
    }
    yield { errors: [clientFailure('Unavailable', { reason: 'the stream ended' })] }
  } finally {
    opened.end()
  }
}

const eventsText = ({ events, after }: Extract<Wanted, { events: unknown }>): string =>
  `?on=${events.map(encodeURIComponent).join('&on=')}${after === undefined ? '' : `&after=${after}`}`
