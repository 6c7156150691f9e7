import { type AnyEvent, Defect, isEvent, mask, type OpenApp, toJson } from '@heddle/core'
import type { Database, PageQuery } from '../database/database.ts'
import type { EventRow } from '../database/event-feed.ts'
import { systemTenant } from '../system/entities.ts'
import { secretStreamEventTable } from './event-tables.ts'
import { databaseOf, eventsReadLimit } from './events-of.ts'
import { eventDecoder, type StoredEvent } from './stored-event.ts'

/** Which events somebody looks at. */
export interface BrowseOptions {
  readonly tenant: string
  /** The offset after which to begin. */
  readonly after: number
  readonly limit: number
  /** Only these events, by full name. */
  readonly names?: readonly string[]
  /** Only those of a stream, as `<store>/<stream>`. */
  readonly stream?: string
}

/** An event as it is shown: what its type marks is masked. */
export interface ShownEvent extends Omit<StoredEvent, 'tenant' | 'data' | 'at'> {
  /** RFC 3339. */
  readonly at: string
  /** Missing where the app does not say what of it is marked, or cannot read it. */
  readonly data?: unknown
  /** Why there is no data. */
  readonly withheld?: string
}

/**
 * Events of a tenant as people may see them, in the order of their offsets.
 *
 * @returns `next` is the offset after which the next page begins; missing on the last one
 * @throws {Defect} MissingPart for an app without a database
 */
export async function browseEvents(
  app: OpenApp,
  options: BrowseOptions,
): Promise<{ readonly events: readonly ShownEvent[]; readonly next?: number }> {
  const limit = Math.min(options.limit, eventsReadLimit)
  const rows = await rowsOf(databaseOf(app.ports, app.name), { ...options, limit })
  const shown = shownBy(app.parts.filter((part) => isEvent(part)))
  const events = rows.map(shown)
  return rows.length < limit ? { events } : { events, next: events.at(-1)!.offset }
}

async function rowsOf(database: Database, options: BrowseOptions): Promise<readonly EventRow[]> {
  const { tenant, after, limit, names, stream } = options
  if (stream === undefined) return (await database.readEvents({ tenant, after, limit, names })).rows
  const rows = await database.find(secretStreamEventTable, systemTenant, pageOf(options, stream))
  return rows.map((row) => ({ table: secretStreamEventTable, row }))
}

/** In the order of their numbers, which is that of their offsets too, and that of an index. */
const pageOf = ({ tenant, after, limit, names }: BrowseOptions, stream: string): PageQuery => ({
  where: {
    kind: 'and',
    conditions: [
      { kind: 'compare', column: 'tenant', by: 'eq', value: tenant },
      { kind: 'compare', column: 'key', by: 'eq', value: stream },
      { kind: 'compare', column: 'offset', by: 'gt', value: after },
      ...(names ? [{ kind: 'in' as const, column: 'name', values: names }] : []),
    ],
  },
  order: [
    { column: 'number', descending: false },
    { column: 'offset', descending: false },
  ],
  after: undefined,
  limit,
})

/** Nothing is shown of data whose type is not known: it may hold what must not be seen. */
function shownBy(known: readonly AnyEvent[]): (row: EventRow) => ShownEvent {
  const types = new Map(known.map((event) => [event.name, event.data]))
  const [decode, raw] = [eventDecoder(known), eventDecoder([])]
  return (row) => {
    const { tenant: _tenant, data: _data, at, ...facts } = raw(row)
    const shown = { ...facts, at: at.toISOString() }
    const type = types.get(facts.name)
    if (!type) return { ...shown, withheld: 'the app does not declare this event' }
    try {
      return { ...shown, data: toJson(mask(type, decode(row).data)) }
    } catch (thrown) {
      if (!(thrown instanceof Defect)) throw thrown
      return { ...shown, withheld: 'it does not fit the type of this event' }
    }
  }
}
