// needs: redis-server
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { memoryLog, seededRandom } from 'heddle'
import { Redis } from 'ioredis'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../scripts/services/fresh-database.ts'
import { startRedis } from '../scripts/services/redis.ts'
import { momentsOf } from './fixtures/killed-handlers.ts'
import { hearing, lanes, tell, telling, toldTo } from './fixtures/telling.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 7)
/** How many moments of each kind of call are tried. */
const kills = Number(process.env.HEDDLE_KILLS ?? 1)
const timeout = 180_000 + kills * 60_000

const server = await startRedis()
const redis = new Redis(server.url)
const root = mkdtempSync(join(tmpdir(), 'heddle-between-'))
afterAll(async () => {
  redis.disconnect()
  await server.remove()
  rmSync(root, { recursive: true, force: true })
})
const newFolder = (name: string) => {
  const folder = join(root, name)
  mkdirSync(folder)
  return folder
}

interface Life {
  readonly role: 'tell' | 'hear'
  readonly folder: string
  readonly from?: number
  readonly to: number
  readonly killAt?: string | undefined
  /** @default SQLite in the folder */
  readonly databaseUrl?: string
  readonly signal: AbortSignal
}

async function live({ role, folder, from = 1, to, killAt = '', databaseUrl = '', signal: giveUp }: Life) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/telling-process.ts'), role, `${from}`, `${to}`],
    {
      signal: giveUp,
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(root, 'compiled'),
        FOLDER: folder,
        REDIS_URL: server.url,
        DATABASE_URL: databaseUrl,
        KILL_AT: killAt,
      },
    },
  )
  const [said, complaint] = [text(child.stdout), text(child.stderr)]
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  const died = signal === 'SIGKILL'
  if (!died) expect({ code, complaint: await complaint }).toEqual({ code: 0, complaint: '' })
  const [first, calls] = (await said).trim().split('\n')
  return { died, isDone: first === 'done', calls: died ? {} : (JSON.parse(calls!) as Record<string, number>) }
}

const kindsOf = (moments: readonly { kind: string }[]) => [...new Set(moments.map(({ kind }) => kind))].toSorted()
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const laneOf = (told: readonly { lane: string; n: number }[], lane: string) =>
  told.flatMap((one) => (one.lane === lane ? [one.n] : []))

test(
  `each event is sent, in order, whenever kill -9 strikes the app that sends (seed ${seed})`,
  { timeout },
  async ({ signal }) => {
    await redis.del('told')
    const probed = newFolder('probed')
    await live({ role: 'tell', folder: probed, to: 1, signal })
    const { calls } = await live({ role: 'tell', folder: probed, from: 2, to: 2, signal })
    await redis.del('told')
    const folder = newFolder('telling')
    const moments = momentsOf(calls, seededRandom(seed), () => kills)
    const died = []
    let told = 0
    for (const [index, moment] of [...moments, undefined].entries()) {
      const killAt = moment && `${moment.kind} ${moment.nth} ${moment.side}`
      const life = await live({ role: 'tell', folder, from: told + 1, to: index + 1, killAt, signal })
      if (life.isDone) told = index + 1
      if (life.died) died.push(moment!)
    }
    expect(kindsOf(died)).toEqual(Object.keys(calls).toSorted())
    const sent = (await redis.xrange('told', '-', '+')).map(([, fields]) => {
      const value = (name: string) => fields[fields.indexOf(name) + 1]!
      return { id: value('id'), ...(JSON.parse(value('data')) as { lane: string; n: number }) }
    })
    const first = [...Map.groupBy(sent, ({ id }) => id).values()].map(([one]) => one!)
    expect(told).toBe(moments.length + 1)
    for (const lane of lanes) expect(laneOf(first, lane)).toEqual(upTo(told))
    // The place is kept after what it stands for is sent.
    expect(sent.length).toBeGreaterThan(first.length)
  },
)

test(
  `each event is taken once, in order per key, whenever kill -9 strikes the app that takes (seed ${seed})`,
  { timeout },
  async ({ signal }) => {
    await redis.del('told')
    const open = { mode: 'development', environment: {}, ports: { log: memoryLog() } } as const
    const teller = await telling(server.url).open({ folder: newFolder('teller'), ...open })
    await teller.start()
    const tellNext = async (n: number) => {
      for (const lane of lanes) await teller.callOrThrow(tell, { lane, n })
      await expect.poll(() => redis.xlen('told'), { timeout: 10_000 }).toBe(lanes.length * n)
    }
    await tellNext(1)
    const probed = newFolder('probed-hearing')
    await live({ role: 'hear', folder: probed, to: 1, signal })
    await tellNext(2)
    const { calls } = await live({ role: 'hear', folder: probed, to: 2, signal })
    const folder = newFolder('hearing')
    await redis.xgroup('DESTROY', 'told', 'hearing')
    const moments = momentsOf(calls, seededRandom(seed), () => kills)
    const died = []
    for (const [index, moment] of [...moments, undefined].entries()) {
      const to = index + 2
      if (index > 0) await tellNext(to)
      const killAt = moment && `${moment.kind} ${moment.nth} ${moment.side}`
      const life = await live({ role: 'hear', folder, to, killAt, signal })
      if (life.died) died.push(moment!)
    }
    await teller.close()
    expect(kindsOf(died)).toEqual(Object.keys(calls).toSorted())
    const heard = await hearing(server.url).open({ folder, ...open })
    const told = await toldTo(heard)
    for (const lane of lanes) expect(laneOf(told, lane)).toEqual(upTo(moments.length + 2))
    expect(await heard.ports.deadLetters.list({ tenant: 'main' })).toEqual([])
    await heard.close()
  },
)

test.each(['redis.xack 1 before', 'redis.xreadgroup 2 after', 'database.commit 20 after', 'redis.evalsha 2 before'])(
  'two processes of a group keep the order per key while one of them dies by kill -9: %s',
  { timeout },
  async (killAt) => {
    await redis.del('told')
    const giveUp = AbortSignal.timeout(timeout)
    const open = { mode: 'development', environment: {}, ports: { log: memoryLog() } } as const
    const teller = await telling(server.url).open({ folder: newFolder(`teller ${killAt}`), ...open })
    await teller.start()
    const many = 500
    for (const n of upTo(many)) await Promise.all(lanes.map((lane) => teller.callOrThrow(tell, { lane, n })))
    await expect.poll(() => redis.xlen('told'), { timeout: 30_000 }).toBe(lanes.length * many)
    await teller.close()
    const databaseUrl = await freshDatabase()
    const life = { role: 'hear', to: many, databaseUrl, signal: giveUp } as const
    const [dead, other] = await Promise.all([
      live({ ...life, folder: newFolder(`dying ${killAt}`), killAt }),
      live({ ...life, folder: newFolder(`living ${killAt}`) }),
    ])
    expect([dead.died, other.isDone]).toEqual([true, true])
    const heard = await hearing(server.url, undefined, databaseUrl).open({
      folder: newFolder(`heard ${killAt}`),
      ...open,
    })
    const told = await toldTo(heard)
    for (const lane of lanes) expect(laneOf(told, lane)).toEqual(upTo(many))
    await heard.close()
  },
)
