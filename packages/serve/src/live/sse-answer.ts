import { mediaTypes, noSniffing } from '../http/accept.ts'
import type { Answer, Write } from '../http/exchange.ts'
import { failureJson } from '../http/problem.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { LiveMessage, LiveSubscription } from './live-hub.ts'

/** How a subscription is told as server-sent events. */
export interface SseOptions {
  readonly subscription: LiveSubscription
  readonly heartbeats: Heartbeats
  /** How long a client waits before it asks again, in milliseconds. */
  readonly retryMs: number
  /** Sees the insides of system errors. */
  isOperator(): boolean
  /** Aborts when it has to end, also where its reader is behind. */
  readonly ending: AbortSignal
  /** Runs when it is over, also where the client is gone. */
  onEnd(): void
}

// A coding would keep a window of memory for each connection, and nginx would gather events until it has a buffer full.
const headers = {
  'content-type': mediaTypes.events,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  ...noSniffing,
}

/**
 * Answers with what a subscription tells, as it comes (server-sent events, HTML standard, 9.2). Each message has an id, which
 * a browser's `EventSource` sends along when it asks again.
 */
export function sseAnswer(options: SseOptions): Answer {
  return { status: 200, headers: { ...headers }, body: (write) => tell(options, write) }
}

async function tell(options: SseOptions, write: Write): Promise<void> {
  const { subscription, heartbeats, retryMs, ending, isOperator, onEnd } = options
  // A connection may break before there is anything to tell: its client knows already where to go on.
  let sent = write(`retry: ${retryMs}\n${idText(subscription.position)}\n`)
  const stopBeating = heartbeats.add(() => {
    // Who is behind gets no more of it, and has no need of it.
    if (sent === undefined) void write(heartbeatText(subscription.position))
  })
  try {
    for (;;) {
      if (sent) await orAborted(sent, ending)
      if (ending.aborted) return
      sent = undefined
      const message = await subscription.next()
      if (!message) return
      sent = write(textOf(message, isOperator))
      if (message.kind === 'errors') return
    }
  } finally {
    stopBeating()
    onEnd()
  }
}

/** Waits until something is sent, but not for a reader who is behind when it has to end. */
async function orAborted(sent: Promise<void>, ending: AbortSignal): Promise<void> {
  if (ending.aborted) return
  let stop!: () => void
  const aborted = new Promise<void>((resolve) => (stop = resolve))
  ending.addEventListener('abort', stop)
  try {
    await Promise.race([sent, aborted])
  } finally {
    ending.removeEventListener('abort', stop)
  }
}

/** An id without data moves the place at which a client goes on, and it is told nothing (HTML standard, 9.2.6). */
const heartbeatText = (position: string | undefined) => `${idText(position) || ':\n'}\n`

const idText = (position: string | undefined) => (position === undefined ? '' : `id: ${position}\n`)

/** Many get the same message, which is written down once. */
const texts = new WeakMap<LiveMessage, string>()

function textOf(message: LiveMessage, isOperator: () => boolean): string {
  if (message.kind === 'errors') {
    const json = JSON.stringify(message.errors.map((error) => failureJson(error, isOperator())))
    return `event: errors\ndata: ${json}\n\n`
  }
  let text = texts.get(message)
  if (text === undefined) {
    const { kind, id, json } = message
    text = `event: ${kind}\nid: ${id}\ndata: ${json}\n\n`
    texts.set(message, text)
  }
  return text
}
