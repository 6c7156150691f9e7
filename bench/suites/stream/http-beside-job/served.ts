import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { app } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { http } from '@heddle/serve'
import type { Job } from '@heddle/stream'
import { ownCpuNs } from '../../../harness/cpu.ts'
import { folderInMemory } from '../../../harness/folder.ts'
import { quantile } from '../../../harness/statistics.ts'
import type { Contender } from '../../../harness/types.ts'
import { getTotal } from '../../commands/heddle.ts'
import { orders } from '../../commands/inputs.ts'
import type { PacedLoad, PacedTimes } from './paced-load.ts'

const client = fileURLToPath(new URL('./paced-load.ts', import.meta.url))
/** Few enough that a server with nothing else to do is hardly busy. */
const perSecond = 500

/** A server whose callers come at times of their own, one after the other, whether it answers or not. */
export const served = (busy?: () => Job): Contender => ({
  async open() {
    const folder = folderInMemory()
    const surface = http({ port: 0 })
    const bench = await app('bench', {
      parts: [getTotal, surface, ...(busy ? [busy()] : [])],
      database: sqlite(),
    }).open({ folder, mode: 'development' })
    await bench.start()
    const url = `${surface.url!}/bench/GetTotal`
    const child = fork(client, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    let waits: readonly number[] = []
    return {
      async call(input) {
        const body = JSON.stringify(input)
        const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        return { ok: response.status === 200, ...((await response.json()) as object) }
      },
      answer: (given) => given,
      // Who waits for callers waits for the time, which says nothing about the machine.
      cpuNs: ownCpuNs,
      async drive(requests) {
        const bodies = orders.map((order) => JSON.stringify(order))
        child.send({ url, bodies, requests, perSecond } satisfies PacedLoad)
        const [answer] = (await once(child, 'message')) as [PacedTimes]
        if ('failed' in answer) throw new Error(answer.failed)
        waits = answer.waits
      },
      figures() {
        const [p50, p99] = [0.5, 0.99].map((share) => quantile(waits, share) * 1_000_000)
        return { p50: p50!, p99: p99! }
      },
      async close() {
        child.disconnect()
        await bench.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
})
