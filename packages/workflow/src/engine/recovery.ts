import { CommitConflict, type LeaseProof } from '@heddle/core'
import type { Run, StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { halted, readied } from '../run/states.ts'
import type { RunWriter } from './run-writer.ts'

/** How many runs one look takes up. */
const pageLimit = 500

/** What taking up the runs of the dead needs of the engine. */
export interface RecoveryHost {
  readonly store: RunStore
  readonly writer: RunWriter
  /** How often a process may die with a run that gets no further. */
  readonly deaths: number
  now(): number
  fences(): readonly LeaseProof[]
}

/** The workers that runs are said to have, one after the other. */
export async function* workersOf(store: RunStore): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const [head] = await store.across('worker', { kind: 'compare', column: 'worker', by: 'gt', value: after }, 1)
    if (head?.run.worker === undefined) return
    after = head.run.worker
    yield after
  }
}

/**
 * Makes the runs of a dead worker ready for others. One that gets no further from death to death is parked: it may well be
 * what kills them.
 */
export async function recoverRuns(host: RecoveryHost, worker: string): Promise<void> {
  const { store } = host
  for (;;) {
    const left = await store.across('worker', { kind: 'compare', column: 'worker', by: 'eq', value: worker }, pageLimit)
    for (const stored of left) await recoverRun(host, stored)
    if (left.length < pageLimit) return
  }
}

async function recoverRun({ store, writer, deaths: limit, now, fences }: RecoveryHost, stored: StoredRun) {
  const { tenant, run } = stored
  const { last, lastKey } = await store.journalEnd(tenant, run.id)
  const change = (found: Run): Run => {
    // Only a run that somebody was at can have killed him.
    if (found.state !== 'running') return { ...found, worker: undefined }
    const deaths = last + 1 > found.mark ? 1 : found.deaths + 1
    const counted = { deaths, mark: last + 1 }
    if (deaths < limit) return { ...readied(tenant, found, now()), ...counted }
    const after = lastKey === undefined ? 'before its first step' : `after "${lastKey}"`
    const because = `its process died ${deaths} times without getting further than ${after}`
    return { ...halted(found, 'parked', because, lastKey), ...counted }
  }
  try {
    await writer.own(stored, change, fences())
  } catch (thrown) {
    if (!(thrown instanceof CommitConflict)) throw thrown
  }
}
