import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { app, command } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { http } from '@heddle/serve'
import { webSocket } from '@heddle/serve/live'
import { z } from 'zod'
import { ownCpuNs } from '../../harness/cpu.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { quantile } from '../../harness/statistics.ts'
import type { Contender } from '../../harness/types.ts'
import type { Reached, Subscribe } from './subscriptions-client.ts'

/** How many subscribe, and how many principals they are: each of these is asked for by itself. */
const [subscribers, principals] = [10_000, 100]

const Score = entity('bench.Score', { key: 'id', fields: { id: z.string(), points: z.int() } })
const Scores = repository(Score)

const put = command('bench.Put', {
  input: z.object({ points: z.int() }),
  output: z.null(),
  uses: [Scores],
  async run({ input: { points }, ctx }) {
    const scores = ctx.use(Scores)
    const known = await scores.get('one')
    if (known) scores.update(known, { points })
    else scores.insert({ id: 'one', points })
    return null
  },
})
const show = command('bench.Show', {
  kind: 'query',
  input: z.object({}),
  output: z.int(),
  access: 'bench:show',
  uses: [Scores],
  run: async ({ ctx }) => (await ctx.use(Scores).getOrThrow('one')).points,
})

/**
 * A server with many subscriptions to a query. Measured is how long it takes from the beginning of a command until all
 * clients have what it changed, and what the server's process holds.
 */
export const subscribed = (over: Subscribe['over']): Contender => ({
  async open() {
    const folder = folderInMemory()
    const served = http({
      port: 0,
      maxConnections: 2 * subscribers,
      mounts: [webSocket()],
      authenticate: (request) => ({ id: request.header('x-api-key') ?? '', permissions: ['bench:show'] }),
    })
    const bench = await app('bench', { parts: [put, show, served], database: sqlite() }).open({
      folder,
      mode: 'development',
    })
    await bench.start()
    let points = 0
    await bench.callOrThrow(put, { points })

    const child = fork(fileURLToPath(new URL('./subscriptions-client.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const told = async (): Promise<Reached> => {
      const [message] = (await once(child, 'message')) as [Reached]
      if (message.failed !== undefined) throw new Error(message.failed)
      return message
    }
    const { port } = new URL(served.url!)
    const request: Subscribe = { port: Number(port), over, query: 'bench.Show', subscribers, principals }
    child.send(request)
    await told()
    const times: number[] = []
    return {
      call: (input) => input,
      answer: (given) => given,
      cpuNs: ownCpuNs,
      async drive(changes) {
        for (let change = 0; change < changes; change++) {
          const startedAt = process.hrtime.bigint()
          points++
          const reached = told()
          await bench.callOrThrow(put, { points })
          const { value, atNs } = await reached
          if (value !== points) throw new Error(`the clients have ${value}, and it is ${points}`)
          times.push(Number(BigInt(atNs) - startedAt))
        }
      },
      figures() {
        const measured = times.slice(times.length / 2)
        return { reach: quantile(measured, 0.5)!, slowest: Math.max(...measured), rss: process.memoryUsage().rss }
      },
      async close() {
        child.disconnect()
        await bench.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
})

/** Over server-sent events. */
export const contender = subscribed('sse')
