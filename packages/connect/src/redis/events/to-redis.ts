import { type AnyEvent, Defect, holdsAnnotation, type Json, type Part, type Ports } from '@heddle/core'
import { eventRelay, type RawEvent, type ReaderProgress } from '@heddle/data'
import type { Redis } from 'ioredis'
import { openRedis, type RedisAddress, type RedisClient } from '../client.ts'
import { toRedisKind } from './kinds.ts'
import { fieldsOf } from './message.ts'

/** What is sent, and where to. */
export interface EventsToRedisOptions {
  /** The key of the stream, e.g. the app's name. Whoever takes from it names the same one. */
  readonly stream: string
  readonly events: readonly [AnyEvent, ...AnyEvent[]]
  /** Where a new one begins: with events from now on, or with all that are kept. @default 'now' */
  readonly from?: 'now' | 'start'
  /**
   * About how many entries the stream holds (limit `redis.stream`). Older ones are removed, also those that somebody has
   * not taken yet. @default 1000000
   */
  readonly keep?: number
  /**
   * How the data of events that marks something `pii()` or `sensitive()` is sent: encrypted with the current key of
   * `HEDDLE_KEYS`, which the other apps need too, or as it is. Without it such an event is refused.
   */
  readonly marked?: 'encrypted' | 'plain'
}

/** A part that sends events: what others may want to know of it. */
export interface SendsEvents extends Part {
  readonly sends: { readonly url: string; readonly stream: string; readonly events: readonly AnyEvent[] }
}

/**
 * Sends events of this app to others over a stream in Redis: at least once, in order, in batches. While Redis is away
 * they wait in the database, and the app goes on.
 *
 * @throws {Defect} InvalidDefinition for an event with marked data of which nothing says how it is sent
 * @example app('shop', { database, parts: [placeOrder, eventsToRedis({ url }, { stream: 'shop', events: [OrderPlaced] })] })
 */
export function eventsToRedis(redis: RedisAddress, options: EventsToRedisOptions): SendsEvents {
  const { stream, events, marked } = options
  const secret = events.filter(({ data }) => holdsAnnotation(data)).map(({ name }) => name)
  if (secret.length > 0 && marked === undefined) {
    const reason = `the data of ${secret.join(', ')} is marked; say with \`marked\` whether it is sent 'encrypted' or 'plain'`
    throw new Defect('InvalidDefinition', { name: `events to ${stream}`, reason })
  }
  const names = events.map(({ name }) => name).toSorted()
  const section = { stream, events: names, ...(secret.length > 0 && { marked: marked! }) }
  const declared: SendsEvents = {
    kind: toRedisKind,
    name: stream,
    parts: events,
    sends: { url: redis.url, stream, events },
    describe: (): Json => section,
    // What is sent leaves the process, so in tests and simulation events stay where they are.
    simulated: () => ({ kind: toRedisKind, name: stream, parts: events, describe: declared.describe }),
    instance: () => sender(declared, redis, options, marked === 'encrypted' ? new Set(secret) : new Set()),
  }
  return declared
}

/** A sender in an app that is open. */
function sender(
  declared: SendsEvents,
  redis: RedisAddress,
  { stream, events, from = 'now', keep = 1_000_000 }: EventsToRedisOptions,
  sealed: ReadonlySet<string>,
): SendsEvents & { progress(): Promise<ReaderProgress> } {
  let client: RedisClient | undefined
  let stopped = false
  let sealing: Pick<Ports, 'keys' | 'random'> | undefined
  const relay = eventRelay({ name: `redis:${stream}`, on: events, from, hand: (batch) => send(batch) })

  return {
    ...declared,
    instance: undefined,
    async open(host) {
      const { ports } = host
      // Without a key it must not start: the first event with marked data would hold up all that come after it.
      if (sealed.size > 0) ports.keys.current()
      sealing = ports
      await relay.open(host)
      client = await openRedis(redis, ports.log, { ready: () => relay.tryNow() })
    },
    start: relay.start,
    progress: relay.progress,
    // The app serves without it, so it is no reason to send callers elsewhere.
    async health() {
      if (stopped) return { ok: false }
      const { behind, trouble } = await relay.progress()
      const state = client?.isReady ? 'connected' : 'away'
      return { ok: true, detail: { state, behind, ...(trouble !== undefined && { trouble }) } }
    },
    drain: relay.drain,
    async stop() {
      stopped = true
      await relay.stop()
      client?.close()
    },
  }

  async function send(batch: readonly RawEvent[]): Promise<void> {
    const entries = batch.map((event) => fieldsOf(event, sealed.has(event.name) ? sealing : undefined))
    await client!.run((connection) => addAll(connection, stream, keep, entries))
  }
}

/** All or none, so that one that is refused is not overtaken by those behind it. */
async function addAll(redis: Redis, stream: string, keep: number, entries: readonly string[][]): Promise<void> {
  const transaction = redis.multi()
  for (const fields of entries) transaction.xadd(stream, 'MAXLEN', '~', keep, '*', ...fields)
  const answers = await transaction.exec().catch((error: Error & { previousErrors?: readonly Error[] }) => {
    throw error.previousErrors?.[0] ?? error
  })
  if (!answers) throw new Error('the transaction was given up')
  for (const [error] of answers) if (error) throw error
}
