import { Failure, memoryRateCounter, type Clock, type RateCounter } from '@heddle/core'
import type { RedisClient } from './client.ts'
import { runScript, script } from './script.ts'

// One script, so that no count is left without an end.
const add = script(`
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIREAT', KEYS[1], ms - ms % ARGV[1] + ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`)

/**
 * Counts for all processes together, in windows of the server's clock. While the server is away each process counts by
 * itself, from zero: a limit then holds for each process apart.
 */
export function redisRateCounter(client: RedisClient, prefix: string, clock: Clock): RateCounter {
  const local = memoryRateCounter(clock)
  return {
    add(key, windowMs) {
      if (!client.isReady) return local.add(key, windowMs)
      const counted = client.run((redis) => runScript(redis, add, [`${prefix}:rate:${key}`], [windowMs]))
      return counted.then(
        (answer) => {
          const [count, leftMs] = answer as [number, number]
          // The time that is left is the same on every clock; the moment is not.
          return { count, resetsAtMs: clock.now() + leftMs }
        },
        (thrown: unknown) => {
          if (thrown instanceof Failure && thrown.code === 'Unavailable') return local.add(key, windowMs)
          throw thrown
        },
      )
    },
  }
}
