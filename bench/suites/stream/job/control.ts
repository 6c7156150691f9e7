import { setTimeout } from 'node:timers/promises'
import { quantile } from '../../../harness/statistics.ts'

const ticks = 500
const recordsPerTick = 100

/** What a latency is worth that was measured beside it, in nanoseconds (p99). */
export interface Control {
  /** How long a record takes through a log in memory, from its append to its reader. */
  readonly log: number
  /** How much later than asked for the process gets a core. */
  readonly wakeup: number
}

/** Measures how busy the machine is with others. */
export async function control(): Promise<Control> {
  const log: number[] = []
  const wakeups: number[] = []
  const latencies: number[] = []
  let isOver = false
  let appended = Promise.withResolvers<void>()
  const reader = (async () => {
    for (let from = 0; !isOver || from < log.length;) {
      await appended.promise
      appended = Promise.withResolvers()
      for (; from < log.length; from++) latencies.push(performance.now() - log[from]!)
    }
  })()
  for (let tick = 0; tick < ticks; tick++) {
    const before = performance.now()
    await setTimeout(1)
    wakeups.push(performance.now() - before - 1)
    isOver = tick === ticks - 1
    for (let record = 0; record < recordsPerTick; record++) log.push(performance.now())
    appended.resolve()
  }
  await reader
  return { log: quantile(latencies, 0.99) * 1e6, wakeup: quantile(wakeups, 0.99) * 1e6 }
}
