import { type AnyEvent, Defect, type Json, type OpenApp, type Part, uuidV7 } from '@heddle/core'
import { takeEvents } from '@heddle/data'
import { openRedis, type RedisAddress, type RedisClient } from '../client.ts'
import { type ConsumerGroup, consumerGroup } from './consumer-group.ts'
import { fromRedisKind } from './kinds.ts'
import { Taker } from './taker.ts'
import type { SendsEvents } from './to-redis.ts'

/** What is taken, and where from. */
export interface EventsFromRedisOptions {
  /** The key of the stream, as the app that sends names it. */
  readonly stream: string
  /** Each group gets every event; the processes of one group share them. E.g. the app's name. */
  readonly group: string
  /** Those that this app wants; others in the stream are passed over. */
  readonly events: readonly [AnyEvent, ...AnyEvent[]]
  /** Who may call the command that takes an event by hand, as replaying a dead letter does. @default 'heddle:operate' */
  readonly access?: string
  /** Where a new group begins: with what is sent from now on, or with all that the stream holds. @default 'now' */
  readonly from?: 'now' | 'start'
  /** How long a process may have an event in hand before another takes it over, in milliseconds. @default 30000 */
  readonly claimAfterMs?: number
  /** The full name of the command that takes an event. @default `<group>.Take<Stream>Events` */
  readonly command?: string
}

/**
 * Takes events that another app sends over a stream in Redis: each is emitted in this app's database, once, those of one
 * key in order. Handlers and projections then get them as they get the app's own.
 *
 * @throws {Defect} InvalidDefinition
 * @example app('billing', { database, parts: [writeInvoice, eventsFromRedis({ url }, { stream: 'shop', group: 'billing', events: [OrderPlaced] })] })
 */
export function eventsFromRedis(redis: RedisAddress, options: EventsFromRedisOptions): Part {
  const { stream, group, events, access } = options
  const summary = `Take an event that was sent over the stream ${stream}`
  const take = takeEvents(options.command ?? commandName(stream, group), {
    summary,
    events,
    ...(access !== undefined && { access }),
  })
  const facts = { kind: fromRedisKind, name: `${stream} as ${group}`, parts: events, commands: [take] }
  const section = { stream, group, events: events.map(({ name }) => name).toSorted() }
  const declared: Part = {
    ...facts,
    describe: (): Json => section,
    // In tests and simulation nothing comes from outside; what would come is given to the command.
    simulated: () => ({ ...facts, describe: declared.describe }),
    instance: () => receiver(declared, redis, options, take),
  }
  return declared
}

/** A receiver in an app that is open. */
function receiver(
  declared: Part,
  redis: RedisAddress,
  { stream, group: name, events, from = 'now', claimAfterMs = 30_000 }: EventsFromRedisOptions,
  take: ReturnType<typeof takeEvents>,
): Part {
  let client: RedisClient | undefined
  let group: ConsumerGroup | undefined
  let taker: Taker | undefined
  let after = '0'
  const names = new Set(events.map((event) => event.name))

  return {
    ...declared,
    instance: undefined,
    async open({ ports }) {
      client = await openRedis(redis, ports.log)
      const consumer = uuidV7(ports.clock, ports.random)
      group = consumerGroup(client, { stream, group: name, consumer, claimAfterMs }, redis.commandTimeoutMs)
      // Before any call, so that a new group misses nothing from here on. Where the server is away it is made later, to begin
      // with what is sent after this moment: entries are named by the time of the server.
      if (from === 'now') after = `${ports.clock.now()}-0`
      await group.ensure(from === 'now' ? '$' : after).catch(() => undefined)
    },
    opened: (app) => assertNoCircle(app, redis.url, stream, names),
    start({ app, ports }) {
      taker = new Taker({ app, ports, group: group!, stream, names, take, after, claimEveryMs: claimAfterMs / 2 })
    },
    // The app serves without it, so it is no reason to send callers elsewhere.
    async health() {
      const state = client?.isReady ? 'connected' : 'away'
      const far = await group?.state().catch(() => undefined)
      const trouble = taker?.trouble
      return { ok: true, detail: { state, ...far, ...(trouble !== undefined && { trouble }) } }
    },
    drain: () => taker?.drain(),
    stop() {
      taker?.abandon()
      group?.close()
      client?.close()
    },
  }
}

/** An event that comes back to where it was emitted would be told twice. */
function assertNoCircle({ parts }: OpenApp, url: string, stream: string, names: ReadonlySet<string>): void {
  const senders = parts.filter((part): part is SendsEvents => 'sends' in part).map(({ sends }) => sends)
  const [own] = senders
    .filter((sends) => sends.url === url && sends.stream === stream)
    .flatMap((sends) => sends.events.filter((event) => names.has(event.name)))
  if (!own) return
  const reason = `the app sends ${own.name} over this stream itself; its own handlers get it without`
  throw new Defect('InvalidDefinition', { name: `events from ${stream}`, reason })
}

/** `shop-orders` and `billing` → `billing.TakeShopOrdersEvents`. */
function commandName(stream: string, group: string): string {
  const [name, domain] = [pascal(stream), pascal(group)]
  return `${domain.charAt(0).toLowerCase()}${domain.slice(1)}.Take${name}Events`
}

const pascal = (text: string) =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')
