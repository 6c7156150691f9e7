// A real Redis server for the tests that need one; the Debian package redis-server brings the program.
import { Redis } from 'ioredis'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type LocalServer, localServer } from './local-server.ts'

/** A server of one's own, which can be stopped and started again on the same port with what it held. */
export interface RedisServer extends LocalServer {
  readonly url: string
  /** Lets time pass: whatever ends, ends that much earlier. */
  advance(ms: number): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** Makes a server and starts it. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const ask = async <Value>(question: (redis: Redis) => Promise<Value>): Promise<Value> => {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: null })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      return await question(redis)
    } finally {
      redis.disconnect()
    }
  }
  const server = localServer({
    program: 'redis-server',
    args: ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--appendonly', 'yes', '--save', ''],
    answers: () => ask((redis) => redis.ping()),
  })
  await server.start()
  return {
    ...server,
    url,
    advance: (ms) =>
      ask(async (redis) => {
        for (const key of await redis.keys('*')) {
          const leftMs = await redis.pttl(key)
          if (leftMs >= 0 && leftMs <= ms) await redis.del(key)
          else if (leftMs > ms) await redis.pexpire(key, leftMs - ms)
        }
      }),
    async remove() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
