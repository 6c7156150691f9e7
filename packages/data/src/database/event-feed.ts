import type { Maybe } from '@heddle/core'
import type { Row, Table, Value } from './table.ts'

/** A row of a table of events, before the database numbers it. */
export interface Append {
  /** Its first column is the offset, which is its key; the row belongs to the system's tenant. */
  readonly table: Table
  /** A value per column behind the offset. */
  readonly values: readonly Value[]
}

/** Which events to read. */
export interface EventQuery {
  /** The offset after which to begin; 0 for the first event that is kept. */
  readonly after: number
  /** @default all */
  readonly names?: readonly string[]
  /** @default all */
  readonly tenant?: string
  /** How many at most. */
  readonly limit: number
}

/** A row of events, and the table that it is from. */
export interface EventRow {
  readonly table: Table
  readonly row: Row
}

/** Events in the order of their offsets. */
export interface EventPage {
  readonly rows: readonly EventRow[]
  /** Every event up to this offset was looked at: the next page begins after it. */
  readonly upTo: number
}

/**
 * The events of a database, in one order: each has an offset, one more than that of the event before it. Whoever has
 * read up to an offset has missed nothing below it, also while others commit.
 */
export interface EventFeed {
  /** The offset of the newest event that can be read; 0 before the first. It never shrinks. */
  lastEvent(): Maybe<number>
  readEvents(query: EventQuery): Maybe<EventPage>
  /**
   * Calls `wake` when there may be new events, in this process or another. It must not throw.
   *
   * @param names those of interest; others may wake it too
   * @returns the way to stop
   */
  watchEvents(wake: () => void, names?: readonly string[]): () => void
}
