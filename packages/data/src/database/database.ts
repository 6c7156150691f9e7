import type { Maybe, Notices } from '@heddle/core'
import type { Condition } from '../filter/condition.ts'
import type { Change, Tables } from '../migration/change.ts'
import type { Claims } from './claims.ts'
import type { DatabaseClock } from './database-clock.ts'
import type { Append, EventFeed } from './event-feed.ts'
import type { Fence } from './fence.ts'
import type { Guard } from './guard.ts'
import type { RowChange } from './row-change.ts'
import type { ColumnKind, Key, Row, Table, Value } from './table.ts'

/** The direction of one column of an order. Missing values come first when ascending. */
export interface OrderColumn {
  readonly column: string
  readonly descending: boolean
}

/** A bounded page of a table. The order ends in the key, so that it is total. */
export interface PageQuery {
  readonly where: Condition | undefined
  readonly order: readonly OrderColumn[]
  /** Values of the order's columns after which the page begins. */
  readonly after: readonly Value[] | undefined
  readonly limit: number
}

/** SQL in pieces: text, tables and values that are bound. */
export interface RawQuery {
  /** The kind of a value is told where it is known: a database may need it to know the type of one that is missing. */
  readonly parts: readonly (
    | string
    | { readonly table: Table }
    | { readonly value: Value; readonly kind?: ColumnKind }
  )[]
}

/** A row of a raw query, by column name. */
export type RawRow = Readonly<Record<string, unknown>>

/** Reads of one tenant. A driver answers at once where it can. */
export interface Reader {
  /** The rows with these keys, `undefined` where there is none. */
  read(table: Table, tenant: string, keys: readonly Key[]): Maybe<readonly (Row | undefined)[]>
  find(table: Table, tenant: string, query: PageQuery): Maybe<readonly Row[]>
  /** How many rows pass a filter. */
  count(table: Table, tenant: string, where: Condition | undefined): Maybe<number>
  /** Runs SQL that only reads and only sees the tenant's rows of the tables that stand in it. */
  query(tenant: string, query: RawQuery): Maybe<readonly RawRow[]>
}

/** One state of the database for as long as it is held. */
export interface Snapshot extends Reader {
  release(): void
}

/** A row, and whose it is. */
export interface TenantRow {
  readonly tenant: string
  readonly row: Row
}

/** A record that was read by key: it must still have this version; 0 stands for absence. */
export interface Check {
  readonly table: Table
  readonly key: Key
  readonly version: number
}

/**
 * One change of one record. `insert` wants the key to be free, `update` and `delete` want the version, `put` wants
 * nothing. `absent` says that the unit saw that the key is free, so that a taken one is a lost race.
 */
export type Write =
  | { readonly kind: 'insert'; readonly table: Table; readonly values: readonly Value[]; readonly absent: boolean }
  | { readonly kind: 'put'; readonly table: Table; readonly values: readonly Value[] }
  | {
      readonly kind: 'update'
      readonly table: Table
      readonly key: Key
      readonly values: readonly Value[]
      readonly version: number
    }
  | { readonly kind: 'delete'; readonly table: Table; readonly key: Key; readonly version: number }

/** What a unit of work asks to be made durable: all of it, or nothing when a check fails. */
export interface Commit {
  readonly tenant: string
  readonly checks: readonly Check[]
  readonly writes: readonly Write[]
  /** Come after the writes. */
  readonly changes?: readonly RowChange[]
  /** Events that get their offsets when they are written, in the order of the commits. */
  readonly events?: readonly Append[]
  /** Each holds until the commit is over: somebody who takes such a lease meanwhile waits, or this commit is refused. */
  readonly fences?: readonly Fence[]
  /** What must hold once the writes are in. */
  readonly guards?: readonly Guard[]
  /** Who asks, where it may hold locks with `rows`. */
  readonly holder?: object
}

/** Where a record is. */
export interface RowAddress {
  readonly table: Table
  readonly tenant: string
  readonly key: Key
}

/** Why nothing was written. Undefined when everything was. */
export type Refusal =
  | { readonly kind: 'conflict' }
  | { readonly kind: 'fenced'; readonly fence: Fence }
  | { readonly kind: 'notUnique'; readonly table: string; readonly columns: readonly string[] }
  /** Which guard does not hold, counted from 0. */
  | { readonly kind: 'guard'; readonly guard: number }

/** What is counted over all tenants. */
export interface CountQuery {
  /** Text columns: rows with the same values are counted together. */
  readonly by: readonly string[]
  readonly where: Condition | undefined
  /** Asks also for the least remainder of a number column, whose values are whole and not negative. */
  readonly least?: { readonly column: string; readonly of: number }
}

/** How many rows have the same values. */
export interface Counted {
  readonly values: readonly (string | null)[]
  readonly rows: number
  readonly least?: number
}

/** Rows that are taken before anybody else takes them. */
export interface Take {
  readonly table: Table
  readonly where: Condition
  /** Those that come first are taken first. */
  readonly order: readonly OrderColumn[]
  readonly limit: number
  /** What is written into each of them, by column; the key is none of them. */
  readonly set: Readonly<Record<string, Value>>
  /** An integer column that grows by one; a missing value counts as 0. */
  readonly counted?: string
  /** A column of which it is told what stood there before. */
  readonly before?: string
  /** Nothing is taken unless each of them holds. */
  readonly fences: readonly Fence[]
}

/** A row that was taken, as it is now. */
export interface TakenRow extends TenantRow {
  readonly before?: Value
}

/** Old rows to remove. */
export interface Prune {
  readonly table: Table
  /** A time or integer column. */
  readonly column: string
  readonly below: number
  /** How many rows at most. */
  readonly limit: number
}

/** A change of tables. */
export interface Migrate {
  /** The tables before. */
  readonly tables: Tables
  readonly changes: readonly Change[]
  /** What is written with it, e.g. that it was done. */
  readonly commit: Commit
  /** The format that the database has afterwards. */
  readonly format?: number
}

/**
 * What units of work and repositories need of an engine. A driver implements it; `testDatabase` in
 * `@heddle/data/testing` is its executable contract. Methods answer at once where they can, so callers await only when
 * they must.
 */
export interface Database extends Reader, EventFeed, DatabaseClock {
  /** The engine, e.g. `sqlite`. */
  readonly name: string
  /** Whether several processes may have it open at a time. @default false */
  readonly isShared?: boolean
  readonly notices: Notices
  readonly claims: Claims
  /**
   * A page of the rows of all tenants, for the system's own tables. Without a key at its end the order is not total: rows of
   * several tenants may have the same.
   */
  findAcross(table: Table, query: PageQuery): Maybe<readonly TenantRow[]>
  /** Counts rows of all tenants, for the system's own tables. It takes as long as there are rows to count. */
  countAcross(table: Table, query: CountQuery): Maybe<readonly Counted[]>
  /**
   * Takes the first of some rows, of all tenants, for the system's own tables: those that another process is about to take
   * are passed over, so that nobody waits and nobody loses. An engine that one process has alone needs none of it.
   *
   * @returns the rows as they were written, the first first
   */
  take?(take: Take): Maybe<readonly TakenRow[]>
  /** Holds the newest state for a query. Waits while too many are held. */
  snapshot(signal?: AbortSignal): Maybe<Snapshot>
  /**
   * Resolves when the writes are durable, or with the reason why nothing was written.
   *
   * @throws {Failure} DiskFull, DatabaseReadOnly, DatabaseDamaged, Unavailable
   */
  commit(commit: Commit): Maybe<Refusal | undefined>
  /**
   * Waits until nobody else in this process holds one of the keys. First come, first served.
   *
   * @param holder the same object frees them with `unlock`
   * @param rows records that are kept from the commits of other processes too, where the engine serves several; the
   *   holder then commits with `Commit.holder`
   * @throws {CommitConflict} when waiting would never end because holders wait for each other
   * @throws the signal's reason
   */
  lock(holder: object, addresses: readonly string[], signal?: AbortSignal, rows?: readonly RowAddress[]): Maybe<void>
  unlock(holder: object): void
  /** Removes old rows of all tenants. Says how many. */
  prune(prune: Prune): Maybe<number>
  /** How many of the system's own migrations the database has; 0 for a new one. */
  format(): Maybe<number>
  /**
   * Changes tables and writes, in one transaction: all or nothing.
   *
   * @throws {Failure} NotUnique when a unique index does not fit the records
   * @throws {CommitConflict} when a check of its commit fails
   */
  migrate(migration: Migrate): Maybe<void>
  /** How many commits wait to be written, where the engine puts them in a queue. */
  waiting?(): number
  /** Waits for running commits and frees everything. */
  close(): Maybe<void>
}
