import type { Maybe } from '@heddle/core'
import type { Append, EventFeed, EventPage, EventQuery, EventRow } from '../database/event-feed.ts'
import type { Database, PageQuery } from '../database/database.ts'
import type { Row, Table } from '../database/table.ts'
import { eventTable, streamEventTable } from '../events/event-tables.ts'
import { EventWatchers } from '../events/watchers.ts'
import type { Condition } from '../filter/condition.ts'
import { systemTenant } from '../system/entities.ts'
import { chain } from '../unit/chain.ts'

/** How near the end a reader must be for its events to be picked out here instead of in a scan on another thread. */
const nearby = 1000

/** The events of a file. They are in two tables with one numbering: what is emitted goes after a while, streams stay. */
export class SqliteEventFeed implements EventFeed {
  readonly #find: Database['find']
  readonly #last: () => number
  readonly #watchers = new EventWatchers()

  /** @param last reads the offset of the newest event */
  constructor(find: Database['find'], last: () => number) {
    this.#find = find
    this.#last = last
  }

  lastEvent(): number {
    return this.#last()
  }

  readEvents(query: EventQuery): Maybe<EventPage> {
    const last = this.#last()
    if (query.after >= last) return { rows: [], upTo: Math.max(query.after, last) }
    // A page that only the offset bounds is read on the calling thread, which costs less than asking another one.
    const isNear = last - query.after <= nearby
    const page = isNear ? pageOf(query, isPicky(query) ? { limit: nearby } : {}) : pageOf(query, conditionOf(query))
    const emitted = this.#find(eventTable, systemTenant, page)
    const streamed = this.#find(streamEventTable, systemTenant, page)
    return chain(emitted, (left) =>
      chain(streamed, (right) => {
        const rows = merge(left, right)
        return cut(isNear && isPicky(query) ? rows.filter(matching(query)) : rows, query, last)
      }),
    )
  }

  watchEvents(wake: () => void, names?: readonly string[]): () => void {
    return this.#watchers.add(wake, names)
  }

  /** Tells readers that events were committed. */
  committed(events: readonly Append[]): void {
    this.#watchers.wake(events)
  }
}

function pageOf({ after, limit }: EventQuery, { where, ...changes }: Partial<PageQuery>): PageQuery {
  const later: Condition = { kind: 'compare', column: 'offset', by: 'gt', value: after }
  return {
    where: where ? { kind: 'and', conditions: [later, where] } : later,
    order: [{ column: 'offset', descending: false }],
    after: undefined,
    limit,
    ...changes,
  }
}

const isPicky = ({ names, tenant }: EventQuery) => names !== undefined || tenant !== undefined

function conditionOf({ names, tenant }: EventQuery): Partial<PageQuery> {
  const conditions: Condition[] = []
  if (names) conditions.push({ kind: 'in', column: 'name', values: names })
  if (tenant !== undefined) conditions.push({ kind: 'compare', column: 'tenant', by: 'eq', value: tenant })
  return conditions.length === 0 ? {} : { where: { kind: 'and', conditions } }
}

/** The same as `conditionOf`, for rows that are here. */
function matching({ names, tenant }: EventQuery): (event: EventRow) => boolean {
  const [name, owner] = [columnOf('name'), columnOf('tenant')]
  const wanted = names && new Set<unknown>(names)
  return ({ row }) => (wanted?.has(row[name]) ?? true) && (tenant === undefined || row[owner] === tenant)
}

/** Where a column stands in a row, behind its version. Both tables begin with the same columns. */
const columnOf = (name: string) => eventTable.columns.findIndex((column) => column.name === name) + 1

function merge(emitted: readonly Row[], streamed: readonly Row[]): EventRow[] {
  const rowsOf = (table: Table, rows: readonly Row[]) => rows.map((row): EventRow => ({ table, row }))
  const left = rowsOf(eventTable, emitted)
  if (streamed.length === 0) return left
  const right = rowsOf(streamEventTable, streamed)
  return [...left, ...right].sort((a, b) => offsetOf(a) - offsetOf(b))
}

const offsetOf = ({ row }: EventRow) => row[1] as number

/** Behind a page that is not full there was nothing more when the newest offset was read, before the page. */
function cut(rows: readonly EventRow[], { limit }: EventQuery, last: number): EventPage {
  if (rows.length < limit) return { rows, upTo: Math.max(last, ...rows.slice(-1).map(offsetOf)) }
  const kept = rows.slice(0, limit)
  return { rows: kept, upTo: offsetOf(kept.at(-1)!) }
}
