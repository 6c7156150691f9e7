import type { Redis } from 'ioredis'
import type { RedisClient } from '../client.ts'
import { runScript } from '../script.ts'
import { heldByOthers, leaveGroup } from './group-scripts.ts'
import { type Fields, fieldsFrom, laneOf } from './message.ts'

/** How many entries a process has in hand at most (limit `redis.batch`). */
const batchLimit = 100
/** After how long a consumer that holds nothing and is not seen is forgotten (limit `redis.consumer`). */
const forgottenMs = 60 * 60 * 1000

/** An entry of a stream. */
export interface Entry {
  readonly id: string
  /** None where the stream has dropped it already. */
  readonly fields: Fields | undefined
}

/** How far a group is. */
export interface GroupState {
  /** Entries that were handed to a process and are not done. */
  readonly pending: number
  /** Entries that nobody was handed yet; missing where the server cannot tell. */
  readonly behind?: number
}

/** One process's place in a consumer group. */
export interface ConsumerGroup {
  /** Makes the group where there is none. @param after the entry after which a new one begins; `$` for the last one */
  ensure(after: string): Promise<void>
  /** Waits for entries that nobody has, for a while. */
  read(): Promise<Entry[]>
  /** Entries that this process was handed already, e.g. by an answer that never arrived. */
  own(): Promise<Entry[]>
  /** Takes over what others have had in hand for too long. */
  claim(): Promise<Entry[]>
  done(ids: readonly string[]): Promise<void>
  /** Lane → the first entry of it that another process has in hand, up to an entry. */
  heldByOthers(upTo: string): Promise<ReadonlyMap<string, string>>
  state(): Promise<GroupState>
  /** Lets others have at once what is in hand. */
  leave(): Promise<void>
  /** Ends a read that waits. */
  close(): void
}

/** What names a place in a group. */
export interface GroupAddress {
  readonly stream: string
  readonly group: string
  readonly consumer: string
  /** For how long an entry may be in hand before others take it. */
  readonly claimAfterMs: number
}

/** How long a read waits for entries before it looks after others. */
const readMs = (claimAfterMs: number) => Math.max(50, Math.min(5000, Math.floor(claimAfterMs / 2)))

/** @param timeoutMs how long the server may take to answer */
export function consumerGroup(client: RedisClient, address: GroupAddress, timeoutMs = 1000): ConsumerGroup {
  const { stream, group, consumer, claimAfterMs } = address
  const blockMs = readMs(claimAfterMs)
  // Waiting for entries would keep all other commands of a connection waiting.
  const reading = client.duplicate(blockMs + timeoutMs)
  const run = <Value>(command: (redis: Redis) => Promise<Value>) => client.run(command)

  const answerOf = async (asked: Promise<unknown>): Promise<Entry[]> => {
    const answer = (await asked.catch((error: unknown) => {
      // A server that hangs would never answer on this connection.
      if (error instanceof Error && error.message === 'Command timed out') reading.disconnect(true)
      throw error
    })) as [string, RawEntry[]][] | null
    return (answer?.[0]?.[1] ?? []).map(entryOf)
  }
  const place = ['GROUP', group, consumer, 'COUNT', batchLimit] as const

  return {
    async ensure(after) {
      await run((redis) => redis.xgroup('CREATE', stream, group, after, 'MKSTREAM')).catch((error: unknown) => {
        if (!isReply(error, 'BUSYGROUP')) throw error
      })
    },
    read: () => answerOf(reading.xreadgroup(...place, 'BLOCK', blockMs, 'STREAMS', stream, '>')),
    own: () => answerOf(reading.xreadgroup(...place, 'STREAMS', stream, '0')),
    async claim() {
      for (let cursor = '0-0'; ;) {
        const claimed = await run((redis) =>
          redis.xautoclaim(stream, group, consumer, claimAfterMs, cursor, 'COUNT', batchLimit),
        )
        const [next, entries] = claimed as [string, (RawEntry | null)[]]
        if (entries.length > 0 || next === '0-0') return entries.flatMap((entry) => (entry ? [entryOf(entry)] : []))
        cursor = next
      }
    },
    async done(ids) {
      if (ids.length > 0) await run((redis) => redis.xack(stream, group, ...ids))
    },
    async heldByOthers(upTo) {
      const held = (await run((redis) => runScript(redis, heldByOthers, [stream], [group, consumer, upTo]))) as Held[]
      const first = new Map<string, string>()
      for (const [id, tenant, key] of held) {
        const lane = laneOf({ tenant, key })
        if (!first.has(lane)) first.set(lane, id)
      }
      return first
    },
    async state() {
      const groups = (await run((redis) => redis.call('XINFO', 'GROUPS', stream))) as (string | number | null)[][]
      const facts = groups.map((list) => fieldsFrom(list as string[]) as Record<string, unknown>)
      const own = facts.find(({ name }) => name === group)
      const behind = own?.['lag']
      return { pending: Number(own?.['pending'] ?? 0), ...(typeof behind === 'number' && { behind }) }
    },
    async leave() {
      await run((redis) => runScript(redis, leaveGroup, [stream], [group, consumer, claimAfterMs, forgottenMs]))
    },
    close: () => reading.disconnect(),
  }
}

type RawEntry = readonly [id: string, fields: string[] | null]
type Held = readonly [id: string, tenant: string, key: string]

const entryOf = ([id, fields]: RawEntry): Entry => ({ id, fields: fields ? fieldsFrom(fields) : undefined })

/** Whether the server refused a command with a code. */
export const isReply = (error: unknown, code: string): boolean =>
  error instanceof Error && error.message.startsWith(code)

/** Orders entries as the stream does. */
export function compareIds(one: string, other: string): number {
  const [[ms, number], [otherMs, otherNumber]] = [parts(one), parts(other)]
  return ms === otherMs ? number - otherNumber : ms - otherMs
}

function parts(id: string): [ms: number, number: number] {
  const [ms, number] = id.split('-')
  return [Number(ms), Number(number)]
}
