import { type Clock, idempotencyKeptMs, type Log, type Timers } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { KeyRecord } from '../access/records.ts'
import { pruneEvents } from '../events/event-retention.ts'
import { CallRecord } from '../history/call-record.ts'
import { historyKeptMs } from '../history/kept-for.ts'
import { LeaseRecord } from '../lease/lease-record.ts'
import { SeenRecord } from '../plans/gathered-tables.ts'
import { AnswerRecord, DeadLetterRecord } from './entities.ts'

/** How long dead letters are kept (limit `deadLetters.kept`). */
export const deadLettersKeptMs = 30 * 24 * 60 * 60 * 1000

/** How long API keys that ended are still listed (limit `keys.kept`). */
export const keysKeptMs = 90 * 24 * 60 * 60 * 1000

/** How often old rows are looked for (limit `retention.interval`). */
const intervalMs = 10 * 60 * 1000
/** How many rows one commit removes, so that pruning never holds up others for long (limit `retention.batch`). */
const batchLimit = 1000

/** How long a lease that nobody holds is remembered (limit `leases.kept`). */
export const leasesKeptMs = 30 * 24 * 60 * 60 * 1000

/** Rows go when the time in their column, `at` if none is named, is so long ago. */
const rules: readonly { table: Table; keptMs: number; column?: string }[] = [
  { table: AnswerRecord.table, keptMs: idempotencyKeptMs },
  { table: DeadLetterRecord.table, keptMs: deadLettersKeptMs },
  { table: KeyRecord.table, keptMs: keysKeptMs, column: 'endsAt' },
  // The column says until when it counts.
  { table: SeenRecord.table, keptMs: 0, column: 'until' },
  { table: LeaseRecord.table, keptMs: leasesKeptMs, column: 'until' },
]

/** What pruning needs. */
export interface RetentionPorts {
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
}

/** Removes what is older than it is kept, a batch at a time. Says how many rows went. */
export async function prune(database: Database, clock: Clock): Promise<number> {
  let removed = 0
  for (const { table, keptMs, column } of rules) {
    removed += await removeBefore(database, table, clock.now() - keptMs, column)
  }
  removed += await removeBefore(database, CallRecord.table, clock.now() - historyKeptMs(database))
  return removed + (await pruneEvents(database, clock))
}

/** Removes the rows of all tenants whose time lies before a moment, a batch at a time. Says how many went. */
export async function removeBefore(database: Database, table: Table, below: number, column = 'at'): Promise<number> {
  let removed = 0
  let batch: number
  do {
    batch = await database.prune({ table, column, below, limit: batchLimit })
    removed += batch
  } while (batch === batchLimit)
  return removed
}

/** Prunes in the background until the returned function is called, which waits for a pass that runs. */
export function startRetention(database: Database, { clock, timers, log }: RetentionPorts): () => Promise<void> {
  let pass: Promise<unknown> = Promise.resolve()
  let stopped = false
  let cancel = schedule()

  return () => {
    stopped = true
    cancel()
    return pass.then(() => undefined)
  }

  function schedule() {
    const run = () => {
      pass = prune(database, clock)
        .catch((error: unknown) => {
          // A full disk is no reason to stop: the next pass tries again.
          log.write('warning', 'old rows could not be removed', { reason: String((error as Error).message) })
        })
        .then(() => {
          if (!stopped) cancel = schedule()
        })
    }
    return timers.after(intervalMs, run, { background: true })
  }
}
