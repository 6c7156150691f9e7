import { type Clock, CommitConflict } from '@heddle/core'
import { EntryRecord, HeldRecord, RunRecord, SignalRecord, type Table, type Write } from '@heddle/data'
import { endStates, type StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'

/** How long runs that ended are kept, with their journals (limit `runs.kept`). */
export const runsKeptMs = 7 * 24 * 60 * 60 * 1000

/** How many ended runs are looked at together. */
const pageLimit = 100
/** How many rows one commit removes, so that pruning never holds up others for long. */
const batchLimit = 1000

/**
 * Removes runs that ended longer ago than they are kept, with their journals and the signals that nobody took. What a run
 * that is still open may ask for stays: the outcome of its child.
 *
 * @returns how many runs went
 */
export async function pruneRuns(store: RunStore, clock: Clock, keptMs = runsKeptMs): Promise<number> {
  const below = clock.now() - keptMs
  let from = 0
  let removed = 0
  for (;;) {
    const ended = await store.across(
      'endedAt',
      {
        kind: 'and',
        conditions: [
          { kind: 'compare', column: 'endedAt', by: 'gte', value: from },
          { kind: 'compare', column: 'endedAt', by: 'lt', value: below },
        ],
      },
      pageLimit,
    )
    let gone = 0
    for (const stored of ended) if (await remove(store, stored)) gone++
    removed += gone
    if (ended.length < pageLimit) return removed
    // Those that stay are passed over; of those that end in one millisecond some may stay until the next time.
    from = ended.at(-1)!.run.endedAt!.getTime() + (gone === 0 ? 1 : 0)
  }
}

async function remove(store: RunStore, stored: StoredRun): Promise<boolean> {
  const { tenant, version, run } = stored
  const parent = run.parent === undefined ? undefined : await store.read(tenant, run.parent)
  if (parent && !endStates.has(parent.run.state)) return false
  const rows = [
    ...(await removalsOf(store, EntryRecord.table, stored)),
    ...(await removalsOf(store, SignalRecord.table, stored)),
    ...(await removalsOf(store, HeldRecord.table, stored)),
  ]
  const writes: Write[] = [...rows, { kind: 'delete', table: RunRecord.table, key: run.id, version }]
  try {
    for (let at = 0; at < writes.length; at += batchLimit) await store.commit(tenant, writes.slice(at, at + batchLimit))
    return true
  } catch (thrown) {
    // Another process removes it too, or somebody has set the run back.
    if (thrown instanceof CommitConflict) return false
    throw thrown
  }
}

/** What removes the rows that belong to a run. They are read as they are kept, so that nothing is decrypted for it. */
async function removalsOf(store: RunStore, table: Table, { tenant, run }: StoredRun): Promise<Write[]> {
  const rows = await store.rowsOf(table, tenant, run.id)
  return rows.map((row) => ({ kind: 'delete', table, key: row[1] as string, version: row[0] }))
}
