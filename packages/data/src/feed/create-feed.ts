import { type AnyEvent, Defect, type FedEvent, type Feed, isEvent, type Part, readEventData } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { EventRow } from '../database/event-feed.ts'
import { eventsReadLimit } from '../events/events-of.ts'
import type { EventFields } from '../events/stored-event.ts'
import { chain } from '../unit/chain.ts'
import type { ChangeWatch } from './change-watch.ts'
import { firstKept } from './first-kept.ts'

/** What happens in a database and what changes, for who pushes it. @param parts those of the app */
export function createFeed(database: Database, changes: ChangeWatch, parts: readonly Part[]): Feed {
  const known = new Map(parts.filter(isEvent).map((event) => [event.name, event]))
  return {
    last: () => database.lastEvent(),
    first: () => firstKept(database),
    read: ({ limit, ...query }) =>
      chain(database.readEvents({ ...query, limit: Math.min(limit, eventsReadLimit) }), ({ rows, upTo }) => ({
        events: rows.map((row) => fedEvent(row, known)),
        upTo,
      })),
    watchEvents: (wake, names) => database.watchEvents(wake, names),
    watchChanges: (changed) => changes.watch(changed),
  }
}

function fedEvent({ row }: EventRow, known: ReadonlyMap<string, AnyEvent>): FedEvent {
  const [, offset, tenant, id, name, version, key, text, at, principal, traceId] = row as unknown as EventFields
  return {
    offset,
    id,
    name,
    tenant,
    key,
    at,
    ...(principal !== null && { principal }),
    ...(traceId !== null && { traceId }),
    ...dataOf(known.get(name), version, text),
  }
}

/** One event that this app cannot read must not keep those after it from anybody. */
function dataOf(event: AnyEvent | undefined, version: number, text: string): Pick<FedEvent, 'data' | 'unreadable'> {
  const json: unknown = JSON.parse(text)
  try {
    return { data: event ? readEventData(event, version, json) : json }
  } catch (thrown) {
    if (!(thrown instanceof Defect)) throw thrown
    return { data: undefined, unreadable: thrown.message }
  }
}
