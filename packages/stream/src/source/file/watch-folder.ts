import type { Ports } from '@heddle/core'
import { type FSWatcher, watch } from 'node:fs'

/** How often is looked where the system tells of changes, and where it does not, in milliseconds. */
const lookMs = { told: 10_000, untold: 500 }

/**
 * Calls back when something in a folder may have changed. The system tells it at once; a slow look now and then finds what
 * it does not tell, e.g. on network drives.
 *
 * @param changed is told the name of a file where only that one grew
 *
 * @returns how to stop
 */
export function watchFolder(
  folder: string,
  { timers }: Pick<Ports, 'timers'>,
  changed: (grown?: string) => void,
): () => void {
  let watcher: FSWatcher | undefined
  let isStopped = false
  const giveUp = () => {
    watcher?.close()
    watcher = undefined
  }
  try {
    watcher = watch(folder, { persistent: false }, (event, name) =>
      changed(event === 'change' ? (name ?? undefined) : undefined),
    )
    watcher.on('error', giveUp)
  } catch {
    // No such folder yet, or no more watches on this machine: it is looked more often then.
  }
  let cancel = () => {}
  const look = () => {
    cancel = timers.after(
      watcher ? lookMs.told : lookMs.untold,
      () => {
        if (isStopped) return
        changed()
        look()
      },
      { background: true },
    )
  }
  look()
  return () => {
    isStopped = true
    cancel()
    giveUp()
  }
}
