import type { Database } from '../database/database.ts'
import type { Condition } from '../filter/condition.ts'
import { eventTable, streamEventTable } from '../events/event-tables.ts'
import { systemTenant } from '../system/entities.ts'

/** How many events of streams are looked at to find where what was removed ends (limit `feed.first`). */
const lookLimit = 1000

/**
 * The offset from which on every event is kept. Emitted events are removed from the front, those of streams stay: what
 * lies before the first emitted one is whole only where nothing but streams stands there.
 */
export async function firstKept(database: Database): Promise<number> {
  // Asked first, so that an event which comes meanwhile is not taken for one before which others were removed.
  const last = await database.lastEvent()
  const [emitted] = await database.find(eventTable, systemTenant, page(undefined, false, 1))
  const first = emitted ? (emitted[1] as number) : last + 1
  if (first <= 1) return 1
  const before: Condition = { kind: 'compare', column: 'offset', by: 'lt', value: first }
  const streamed = await database.find(streamEventTable, systemTenant, page(before, true, lookLimit))
  let from = first
  for (const row of streamed) {
    if (row[1] !== from - 1) return from
    from--
  }
  if (streamed.length < lookLimit || from === 1) return from
  // Rather said to be removed than looked for through all of them, unless there is no doubt.
  return (await database.count(streamEventTable, systemTenant, before)) === first - 1 ? 1 : from
}

const page = (where: Condition | undefined, descending: boolean, limit: number) => ({
  where,
  order: [{ column: 'offset', descending }],
  after: undefined,
  limit,
})
