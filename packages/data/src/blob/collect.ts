import type { Ports } from '@heddle/core'
import type { BlobStore } from './blob-store.ts'

/** How often contents without a reference are looked for (limit `blobs.interval`). */
const intervalMs = 10 * 60 * 1000

/** Collects in the background until the returned function is called, which waits for a pass that runs. */
export function startCollection(store: BlobStore, { timers, log }: Pick<Ports, 'timers' | 'log'>): () => Promise<void> {
  let pass: Promise<unknown> = Promise.resolve()
  let stopped = false
  let cancel = schedule()

  return async () => {
    stopped = true
    cancel()
    await pass
  }

  function schedule() {
    const run = () => {
      pass = store
        .collect()
        .catch((error: unknown) => {
          log.write('warning', 'blobs could not be collected', { reason: String((error as Error).message) })
        })
        .then(() => {
          if (!stopped) cancel = schedule()
        })
    }
    return timers.after(intervalMs, run, { background: true })
  }
}
