import { type Cache, Failure, memoryCache, type Ports } from '@heddle/core'
import { deleteEntry, deleteTags, setEntry } from './cache-scripts.ts'
import type { RedisClient } from './client.ts'
import type { Listener } from './listener.ts'
import { createOwed } from './owed.ts'
import { runScript } from './script.ts'

/** How a cache in Redis is used. */
export interface RedisCacheOptions {
  /** How many entries each process keeps by itself (limit `redis.local`); 0 for none. @default 10000 */
  readonly local?: number
  /** How long it keeps them at most, in milliseconds. @default 10000 */
  readonly localMs?: number
}

/** A cache in Redis, and what its owner tells it. */
export interface RedisCache extends Cache {
  /** The server is there again. */
  resume(): void
  close(): void
}

/**
 * Two tiers: a small one in each process before a large one that all share. The first holds copies only while this
 * process hears what the others forget. It is a cache of answers, so what was on its way while anything was forgotten is
 * not kept: that is how a copy that is old already never gets in.
 *
 * While the server is away nothing is found and nothing is kept. Tags that are forgotten meanwhile are forgotten as soon
 * as it is back, before it is asked again.
 */
export async function createRedisCache(
  client: RedisClient,
  listener: Listener,
  prefix: string,
  { clock, timers, log }: Pick<Ports, 'clock' | 'timers' | 'log'>,
  { local: limit = 10_000, localMs = 10_000 }: RedisCacheOptions = {},
): Promise<RedisCache> {
  const local = memoryCache(clock, Math.max(limit, 1))
  const channel = `${prefix}:cache:forgotten`
  const entryOf = (key: string) => `${prefix}:cache:e:${key}`
  const tagOf = (tag: string) => `${prefix}:cache:t:${tag}`
  /** Grows whenever anything is forgotten. */
  let epoch = 0

  const forgetAll = () => {
    epoch++
    void local.clear()
  }
  const forgetCopies = (entries: readonly string[]) => {
    epoch++
    for (const entry of entries) void local.delete(entry)
  }
  const heard = (payload: string) => (payload === '*' ? forgetAll() : forgetCopies(JSON.parse(payload) as string[]))
  await listener.hear(channel, heard, forgetAll)

  const forget = async (tags: readonly string[]) => {
    const gone = await client.run((redis) => runScript(redis, deleteTags, tags.map(tagOf), [channel, ...tags]))
    forgetCopies(gone as string[])
  }
  const owed = createOwed(forget, timers, log)
  const isOpen = () => client.isReady && owed.isPaid

  const keepCopy = (entry: string, value: unknown, ttlMs: number, since: number) => {
    if (limit === 0 || ttlMs <= 0 || since !== epoch || !listener.isHearing) return
    void local.set(entry, value, { ttlMs: Math.min(ttlMs, localMs) })
  }
  const fetch = async (entry: string): Promise<unknown> => {
    const since = epoch
    const [text, leftMs] = await client.run((redis) => Promise.all([redis.hget(entry, 'v'), redis.pttl(entry)]))
    if (text === null) return undefined
    const value: unknown = JSON.parse(text)
    keepCopy(entry, value, leftMs, since)
    return value
  }

  return {
    get(key) {
      if (!isOpen()) return undefined
      const entry = entryOf(key)
      const copy = listener.isHearing ? local.get(entry) : undefined
      return copy === undefined ? unlessAway(fetch(entry)) : copy
    },
    async set(key, value, { ttlMs, tags = [] }) {
      if (!isOpen()) return
      const since = epoch
      const entry = entryOf(key)
      const values = [JSON.stringify(value), Math.ceil(ttlMs), ...tags]
      void local.delete(entry)
      const kept = client.run(async (redis) => {
        await runScript(redis, setEntry, [entry, ...tags.map(tagOf)], values)
        return true
      })
      if (await unlessAway(kept)) keepCopy(entry, value, ttlMs, since)
    },
    async delete(key) {
      forgetCopies([entryOf(key)])
      await client.run((redis) => runScript(redis, deleteEntry, [entryOf(key)], [channel]))
    },
    async deleteTags(tags) {
      if (tags.length === 0) return
      if (isOpen()) {
        try {
          return await forget(tags)
        } catch (thrown) {
          if (!isUnavailable(thrown)) throw thrown
        }
      }
      forgetAll()
      owed.add(tags)
    },
    clear: forgetAll,
    resume: () => owed.pay(),
    close: () => owed.stop(),
  }
}

const isUnavailable = (thrown: unknown) => thrown instanceof Failure && thrown.code === 'Unavailable'

/** A cache that is away has nothing. That is said once, when it goes, and not for each call. */
const unlessAway = <Value>(promise: Promise<Value>): Promise<Value | undefined> =>
  promise.catch((thrown: unknown) => {
    if (isUnavailable(thrown)) return undefined
    throw thrown
  })
