import type { Ports } from '@heddle/core'
import type { RunStore } from '../run/run-store.ts'
import { pruneRuns } from './prune-runs.ts'

/** How often old runs are looked for (limit `runs.retention`). */
const intervalMs = 10 * 60 * 1000

/** Removes old runs in the background, until the returned function is called, which waits for a pass that runs. */
export function startPruning(
  store: RunStore,
  { clock, timers, log }: Pick<Ports, 'clock' | 'timers' | 'log'>,
  keptMs: number,
): () => Promise<void> {
  let pass: Promise<unknown> = Promise.resolve()
  let cancel = schedule()
  let isStopped = false

  return () => {
    isStopped = true
    cancel()
    return pass.then(() => undefined)
  }

  function schedule() {
    return timers.after(intervalMs, begin, { background: true })
  }

  function begin() {
    pass = pruneRuns(store, clock, keptMs)
      .catch((thrown: unknown) => {
        log.write('warning', 'old runs could not be removed', { reason: String((thrown as Error).message) })
      })
      .then(() => {
        if (!isStopped) cancel = schedule()
      })
  }
}
