import type { Clock } from '@heddle/core'
import type { Database, PageQuery, Write } from '../database/database.ts'
import type { Row } from '../database/table.ts'
import type { Condition } from '../filter/condition.ts'
import { systemTenant } from '../system/entities.ts'
import { findRecords } from '../system/records.ts'
import { eventTable } from './event-tables.ts'
import { ReaderRecord } from './records.ts'

/** How long emitted events are kept (limit `events.kept`). Those of streams are kept for good. */
export const eventsKeptMs = 30 * 24 * 60 * 60 * 1000
/** How many one commit removes (limit `retention.batch`). */
const batchLimit = 1000

const column = (name: string) => eventTable.columns.findIndex((one) => one.name === name) + 1
const [offsetColumn, atColumn] = [column('offset'), column('at')]

/**
 * Removes emitted events that are old, but none that a handler or projection still has to read. One that has not kept
 * its place for as long as events are kept is taken for gone.
 *
 * @returns how many events went
 */
export async function pruneEvents(database: Database, clock: Clock): Promise<number> {
  const oldest = clock.now() - eventsKeptMs
  const readers = await findRecords(database, ReaderRecord, systemTenant)
  const places = readers.filter(({ at }) => at.getTime() > oldest).map(({ offset }) => offset)
  const end = Math.min(await firstSince(database, oldest), ...places.map((offset) => offset + 1))
  let removed = 0
  for (;;) {
    const rows = await page(database, { kind: 'compare', column: 'offset', by: 'lt', value: end }, batchLimit)
    const writes = rows.map((row): Write => ({
      kind: 'delete',
      table: eventTable,
      key: row[offsetColumn] as number,
      version: row[0],
    }))
    // Somebody else who removes them is as good.
    if (writes.length === 0 || (await database.commit({ tenant: systemTenant, checks: [], writes }))) return removed
    removed += rows.length
    if (rows.length < batchLimit) return removed
  }
}

/** The offset of the first event that was emitted since. Times grow with offsets, so it is found by halving. */
async function firstSince(database: Database, at: number): Promise<number> {
  let [low, high] = [0, (await database.lastEvent()) + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await page(database, { kind: 'compare', column: 'offset', by: 'gte', value: middle }, 1)
    if (!row || (row[atColumn] as number) >= at) high = middle
    else low = (row[offsetColumn] as number) + 1
  }
  return low
}

function page(database: Database, where: Condition, limit: number): Promise<readonly Row[]> {
  const query: PageQuery = { where, order: [{ column: 'offset', descending: false }], after: undefined, limit }
  return Promise.resolve(database.find(eventTable, systemTenant, query))
}
