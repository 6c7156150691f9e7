import type { Maybe } from '@heddle/core'
import type { Append, EventFeed, EventPage, EventQuery, EventRow } from '../database/event-feed.ts'
import type { Database, PageQuery } from '../database/database.ts'
import type { Row, Table } from '../database/table.ts'
import type { Condition } from '../filter/condition.ts'
import { systemTenant } from '../system/entities.ts'
import { chain } from '../unit/chain.ts'
import { eventTable, streamEventTable } from './event-tables.ts'
import { eventName, EventWatchers } from './watchers.ts'

/** What a feed asks of its engine. */
export interface FeedSource {
  readonly find: Database['find']
  /** The offset of the newest event. Those up to it are there for whoever reads them next. */
  last(): Maybe<number>
  /** How near the end a reader must be for its events to be picked out here instead of by the engine. */
  readonly nearby: number
}

/** Events that are in two tables with one numbering: what is emitted goes after a while, streams stay. */
export class TableEventFeed implements EventFeed {
  readonly #source: FeedSource
  readonly #watchers = new EventWatchers()

  constructor(source: FeedSource) {
    this.#source = source
  }

  lastEvent(): Maybe<number> {
    return this.#source.last()
  }

  readEvents(query: EventQuery): Maybe<EventPage> {
    return chain(this.#source.last(), (last) => this.#page(query, last))
  }

  #page(query: EventQuery, last: number): Maybe<EventPage> {
    const { find, nearby } = this.#source
    if (query.after >= last) return { rows: [], upTo: Math.max(query.after, last) }
    const isNear = last - query.after <= nearby
    const page = isNear ? pageOf(query, isPicky(query) ? { limit: nearby } : {}) : pageOf(query, conditionOf(query))
    const emitted = find(eventTable, systemTenant, page)
    const streamed = find(streamEventTable, systemTenant, page)
    return chain(emitted, (left) =>
      chain(streamed, (right) => {
        // The tables are not read at one moment, so what came after it is left for the next page.
        const rows = merge(left, right).filter((row) => offsetOf(row) <= last)
        return cut(isNear && isPicky(query) ? rows.filter(matching(query)) : rows, query, last)
      }),
    )
  }

  watchEvents(wake: () => void, names?: readonly string[]): () => void {
    return this.#watchers.add(wake, names)
  }

  /** Tells readers that events were committed. */
  committed(events: readonly Append[]): void {
    if (this.#watchers.size > 0) this.#watchers.wake(events.map(eventName))
  }

  /** Tells readers of events that others committed. @param names theirs. @default any */
  heard(names?: readonly string[]): void {
    this.#watchers.wake(names)
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
  if (rows.length < limit) return { rows, upTo: last }
  const kept = rows.slice(0, limit)
  return { rows: kept, upTo: offsetOf(kept.at(-1)!) }
}
