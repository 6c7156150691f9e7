import { type Log, loadLibrary, systemFailure } from '@heddle/core'
import type * as ioredis from 'ioredis'
import type { Redis } from 'ioredis'

/** Where a Redis server is. */
export interface RedisAddress {
  /** E.g. `redis://user:password@host:6379/0`, or `rediss://` for TLS. */
  readonly url: string
  /** How long a command may take, in milliseconds (limit `redis.command`). @default 1000 */
  readonly commandTimeoutMs?: number
  /** The client library, where a bundler cannot follow a dynamic import. */
  readonly lib?: () => Promise<Pick<typeof ioredis, 'Redis'>>
}

/** The longest wait before the next attempt to connect. */
const longestRetryMs = 500

/** A connection to one server, which comes back by itself. */
export interface RedisClient {
  /** The server without the password, for errors and logs. */
  readonly where: string
  /** Whether commands can be sent now. */
  readonly isReady: boolean
  /** @throws {Failure} Unavailable at once while the server is away */
  run<Value>(command: (redis: Redis) => Promise<Value>): Promise<Value>
  /**
   * Another connection to the same server: for subscriptions, which wait for it, or for what waits for something to come.
   *
   * @param commandTimeoutMs how long something may be waited for, unless the connection is lost before. @default for ever
   */
  duplicate(commandTimeoutMs?: number): Redis
  close(): void
}

/** What to do when the server goes and comes. */
export interface RedisEvents {
  readonly ready?: () => void
  readonly lost?: () => void
}

/**
 * Connects. When the server is away it goes on without, and connects as soon as the server is there.
 *
 * @throws {Defect} MissingLibrary
 */
export async function openRedis(
  { url, commandTimeoutMs = 1000, lib = () => import('ioredis') }: RedisAddress,
  log: Log,
  events: RedisEvents = {},
): Promise<RedisClient> {
  const library = await loadLibrary('redis()', 'ioredis', lib)
  const where = describeUrl(url)
  const redis = new library.Redis(url, {
    lazyConnect: true,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 5000,
    // Who calls decides what to do without the server: nothing waits for it, and nothing is sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * times, longestRetryMs),
  })
  let isAway = false
  let isHung = false
  let closed = false
  let last: Error | undefined
  redis.on('error', (error: Error) => (last = error))
  redis.on('ready', () => {
    if (isAway) log.write('info', `${where} is back`)
    isAway = false
    isHung = false
    events.ready?.()
  })
  redis.on('close', () => {
    if (!isAway && !closed) log.write('warning', `${where} is away`, { cause: last?.message })
    isAway = true
    events.lost?.()
  })
  await redis.connect().catch(() => undefined)

  return {
    where,
    get isReady() {
      return redis.status === 'ready' && !isHung
    },
    async run(command) {
      if (isHung) throw redisError(new Error('It does not answer.'), where)
      try {
        return await command(redis)
      } catch (error) {
        // One that hangs would make every call wait. A new connection counts only once the server has answered on it.
        if (isTimeout(error) && !isHung && redis.status === 'ready') {
          isHung = true
          redis.disconnect(true)
        }
        throw redisError(error, where)
      }
    },
    duplicate(timeoutMs) {
      const other = redis.duplicate({
        lazyConnect: true,
        commandTimeout: timeoutMs,
        enableOfflineQueue: true,
        // A command that was on its way when the connection was lost is never answered.
        maxRetriesPerRequest: timeoutMs === undefined ? null : 0,
        // Whoever listens subscribes again by itself, to know from when on it hears everything.
        autoResubscribe: false,
      })
      other.on('error', () => undefined)
      return other
    },
    close() {
      closed = true
      redis.disconnect()
    },
  }
}

const isTimeout = (error: unknown) => error instanceof Error && error.message === 'Command timed out'

/**
 * Says in Heddle's words what Redis or the way to it reported. What stands for a mistake in our own commands stays a
 * plain error.
 */
function redisError(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) return error
  const unavailable = (reason = '') => systemFailure('Unavailable', { what: `${where}${reason}` }, { cause: error })
  if (error.name !== 'ReplyError') return unavailable()
  // It is there and does not serve: it starts, is full, is a replica, or does not know us.
  const isRefusal = /^(LOADING|OOM|READONLY|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS|NOPERM|MISCONF|BUSY|TRYAGAIN)\b/
  return isRefusal.test(error.message) ? unavailable(` (${error.message})`) : error
}

/** A URL without its password and options. */
function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `Redis at ${hostname}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'Redis'
  }
}
