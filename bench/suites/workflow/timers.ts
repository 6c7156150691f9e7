import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { app, command } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { runsOf, workflow } from '@heddle/workflow'
import { z } from 'zod'
import { ownCpuNs } from '../../harness/cpu.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { quantile } from '../../harness/statistics.ts'
import type { Contender } from '../../harness/types.ts'
import type { Copies } from './copy-runs.ts'

/** How many timers wait for each that is measured. */
const waitingPerFired = 200
/** How many timers end in a second. */
const perSecond = 1000
/** When the first of them ends, counted from when the app begins to open. */
const leadMs = 2000
/** The others end from an hour on, over a month. */
const [hourMs, monthMs] = [3_600_000, 30 * 86_400_000]

/** By how much each timer was late, in milliseconds, in the order in which they fired. */
const lags: number[] = []
let onFired = (): void => {}

const ring = command('bench.Ring', {
  input: z.object({ due: z.number() }),
  output: z.object({ lag: z.number() }),
  run({ input: { due } }) {
    const lag = Date.now() - due
    lags.push(lag)
    onFired()
    return { lag }
  },
})
const wait = workflow('bench.Wait', {
  input: z.object({ due: z.number() }),
  output: z.object({ lag: z.number() }),
  access: 'public',
  steps: [ring],
  async run({ input: { due }, sleep, step }) {
    await sleep('until', { until: new Date(due) })
    return step('ring', ring, { due })
  },
})

const open = (folder: string) =>
  app('bench', { parts: [wait, ring], database: sqlite() }).open({ folder, mode: 'development' })

/**
 * A million runs that wait for their timers, some of which end within the measured time, a thousand a second. Ours writes
 * the first of them; the others are copies of its rows.
 */
export const contender: Contender = {
  async open(operations) {
    const folder = folderInMemory()
    const due = Date.now() + 2 * monthMs
    const run = await startOne(folder, due)
    const fired = operations * 2
    const far = operations * waitingPerFired
    const copies: Copies = {
      file: join(folder, 'app.db'),
      run,
      due,
      far: { count: far, firstMs: Date.now() + hourMs, apartMs: monthMs / far },
      near: { count: fired, leadMs, apartMs: 1000 / perSecond },
    }
    execFileSync(process.execPath, [join(import.meta.dirname, 'copy-runs.ts'), JSON.stringify(copies)])

    const before = performance.now()
    const bench = await open(folder)
    await bench.start()
    const start = (performance.now() - before) * 1_000_000
    // Timers alone keep no process alive.
    const alive = setInterval(() => {}, 1000)
    let driven = 0
    return {
      call: (input) => input,
      answer: (given) => given,
      // Who waits for timers waits for the time, which says nothing about the machine.
      cpuNs: ownCpuNs,
      drive(count) {
        driven += count
        return new Promise<void>((resolve) => {
          onFired = () => {
            if (lags.length >= driven) resolve()
          }
          onFired()
        })
      },
      figures() {
        const measured = lags.slice(operations)
        const [p50, p99] = [0.5, 0.99].map((share) => quantile(measured, share) * 1_000_000)
        return { start, p50: p50!, p99: p99!, rss: process.memoryUsage().rss }
      },
      async close() {
        clearInterval(alive)
        await bench.close()
        rmSync(folder, { recursive: true })
        if (lags.length !== fired) throw new Error(`${fired} timers ended, ${lags.length} fired`)
      },
    }
  },
}

/** Starts the run whose rows are copied, and ends when it waits. */
async function startOne(folder: string, due: number): Promise<string> {
  const bench = await open(folder)
  await bench.start()
  const { run } = await runsOf(bench).start(wait, { due })
  const database = new DatabaseSync(join(folder, 'app.db'), { readOnly: true })
  const state = database.prepare('SELECT state FROM "heddle.Run" WHERE id = ?')
  while (state.get(run)?.['state'] !== 'waiting') await setTimeout(5)
  database.close()
  await bench.close()
  return run
}
