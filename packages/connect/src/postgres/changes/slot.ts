import { type Failure, sleep, systemFailure, type Timers } from '@heddle/core'
import type { Client } from 'pg'
import { readRows } from '../client.ts'
import { isServerError, isState, sqlState } from '../errors.ts'
import { quoteName } from '../quote.ts'
import { type Lsn, parseLsn } from './lsn.ts'

/** A slot that was made: the log is kept from here on, and its snapshot shows exactly what was committed before. */
export interface MadeSlot {
  readonly lsn: Lsn
  readonly snapshot: string
}

/** What the server says of a slot; which fields there are depends on its version. */
interface SlotFacts {
  readonly confirmed_flush_lsn: string | null
  readonly wal_status?: string | null
  readonly invalidation_reason?: string | null
  readonly plugin: string | null
  readonly database: string | null
}

/** How often, and how far apart in milliseconds, a slot is asked for that another process may just be giving back. */
const attempts = 50
const pauseMs = 100

/** Does what fails while another process has the slot, until that has given it back or it takes too long. */
export async function whenFree<Answer>(
  timers: Timers,
  slot: string,
  where: string,
  signal: AbortSignal | undefined,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!isState(error, sqlState.objectInUse)) throw error
      if (attempt === attempts) throw systemFailure('SlotInUse', { slot, where }, { cause: error })
      await sleep(timers, pauseMs, signal)
    }
  }
}

/**
 * Makes the slot anew, on a connection for replication: its snapshot lasts until that one is used for something else.
 *
 * @throws {Failure} ChangesRefused
 */
export async function makeSlot(replication: Client, slot: string, where: string): Promise<MadeSlot> {
  try {
    const { rows } = await replication.query<{ consistent_point: string; snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${quoteName(slot)} LOGICAL pgoutput EXPORT_SNAPSHOT`,
    )
    const [{ consistent_point: lsn, snapshot_name: snapshot }] = rows as [(typeof rows)[0] & object]
    return { lsn: parseLsn(lsn), snapshot }
  } catch (error) {
    throw slotRefusal(error, where) ?? error
  }
}

/** What the server refuses for good, as people can act on it. */
export function slotRefusal(error: unknown, where: string): Failure | undefined {
  if (!isServerError(error)) return undefined
  const refused = (reason: string, advice: string) =>
    systemFailure('ChangesRefused', { where, reason, advice }, { cause: error }) as Failure
  if (/wal_level/.test(error.message)) {
    return refused('the server does not log what they need', 'Set wal_level = logical and start the server again.')
  }
  if (isState(error, sqlState.duplicateObject)) {
    return refused(`${error.message}, of another database`, 'Say another "slot".')
  }
  if (isState(error, sqlState.insufficientPrivilege)) {
    return refused(
      `its user may not (${error.message})`,
      'Write ALTER ROLE … REPLICATION, and GRANT SELECT on the tables.',
    )
  }
  if (isState(error, sqlState.limitExceeded) || /max_(wal_senders|replication_slots)/.test(error.message)) {
    return refused(error.message, 'Remove slots that nobody reads, or raise max_replication_slots and max_wal_senders.')
  }
  return undefined
}

/** Removes the slot, if it is there. */
export async function dropSlot(client: Client, slot: string): Promise<void> {
  const sql = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                WHERE slot_name = $1 AND database = current_database()`
  await client.query(sql, [slot])
}

/**
 * Makes sure that the server still has everything from a position on.
 *
 * @throws {Failure} ChangesLost
 */
export async function checkSlot(client: Client, slot: string, position: Lsn, where: string): Promise<void> {
  const lost = (reason: string) => systemFailure('ChangesLost', { where, reason })
  const [row] = await readRows(
    client,
    'SELECT to_jsonb(s)::text FROM pg_replication_slots s WHERE slot_name = $1 AND database = current_database()',
    [slot],
  )
  if (!row) throw lost(`the replication slot ${quoteName(slot)} is gone`)
  const facts = JSON.parse(row[0]!) as SlotFacts
  const reason = facts.invalidation_reason ?? (facts.wal_status === 'lost' ? 'wal_removed' : undefined)
  if (reason !== undefined) {
    throw lost(`the server gave up the replication slot ${quoteName(slot)} (${reason}; see max_slot_wal_keep_size)`)
  }
  if (facts.confirmed_flush_lsn !== null && parseLsn(facts.confirmed_flush_lsn) > position) {
    throw lost(`those between the position and ${facts.confirmed_flush_lsn} were acknowledged before`)
  }
}
