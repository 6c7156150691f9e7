import type { Json, Part, PartKind, Ports } from '@heddle/core'
import { createRedisCache, type RedisCache, type RedisCacheOptions } from './cache.ts'
import { openRedis, type RedisAddress, type RedisClient } from './client.ts'
import { createListener, type Listener } from './listener.ts'
import { redisNotices } from './notices.ts'
import { redisRateCounter } from './rate-counter.ts'

/** What Redis does for an app. */
export interface RedisOptions extends RedisAddress {
  /** What its keys begin with, so that apps on one server do not read each other's answers, e.g. the app's name. */
  readonly prefix: string
  /** Keeps the answers of cached commands. @default true */
  readonly cache?: boolean | RedisCacheOptions
  /** Counts calls for `rateLimit`. @default true */
  readonly rateCounter?: boolean
  /**
   * Tells processes of the app what happened in another. A database that several processes share does so by itself; say
   * true where there is none. @default false
   */
  readonly notices?: boolean
}

const redisKind: PartKind = { name: 'redis', compare: () => [] }

/**
 * Redis as the second tier of the cache, and as the counter of calls, for all processes of an app. The app starts and
 * goes on without it: cached commands then run, and each process counts by itself. Tests and simulation use memory.
 *
 * @example app('shop', { database: postgres(url), parts: [readPrice, redis({ url: 'redis://cache:6379', prefix: 'shop' })] })
 */
export function redis(options: RedisOptions): Part {
  const { cache = true, rateCounter = true, notices = false } = options
  const roles = Object.entries({ cache: cache !== false, rateCounter, notices }).flatMap(([role, plays]) =>
    plays ? [role] : [],
  )
  const declared: Part = {
    kind: redisKind,
    name: 'redis',
    describe: (): Json => ({ engine: 'redis', roles }),
    simulated: () => ({ kind: redisKind, name: 'redis', describe: declared.describe }),
    instance: () => redisInstance(declared, options, { cache, rateCounter, notices }),
  }
  return declared
}

type Roles = Required<Pick<RedisOptions, 'cache' | 'rateCounter' | 'notices'>>

/** The connections of one open app. */
function redisInstance(declared: Part, options: RedisOptions, roles: Roles): Part {
  let client: RedisClient | undefined
  let listener: Listener | undefined
  let cache: RedisCache | undefined
  return {
    ...declared,
    instance: undefined,
    async open({ ports }): Promise<Partial<Ports>> {
      const { prefix } = options
      client = await openRedis(options, ports.log, { ready: () => cache?.resume() })
      listener = await createListener(client.duplicate())
      const provided: { -readonly [P in 'cache' | 'rateCounter' | 'notices']?: Ports[P] } = {}
      if (roles.cache !== false) {
        cache = await createRedisCache(client, listener, prefix, ports, roles.cache === true ? {} : roles.cache)
        provided.cache = cache
      }
      if (roles.rateCounter) provided.rateCounter = redisRateCounter(client, prefix, ports.clock)
      if (roles.notices) provided.notices = redisNotices(client, listener, prefix)
      return provided
    },
    // The app serves without it, so it is no reason to send callers elsewhere.
    health: () => ({ ok: true, detail: client?.isReady ? 'connected' : 'away' }),
    stop() {
      cache?.close()
      listener?.close()
      client?.close()
    },
  }
}
