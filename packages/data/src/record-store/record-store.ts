import type { Host, Json, Maybe } from '@heddle/core'
import type { PageQuery, Write } from '../database/database.ts'
import type { Key, Row, Table } from '../database/table.ts'

/** What came of a write: the version that the record has now, or why nothing was written. */
export type Written =
  | { readonly kind: 'written'; readonly version: number }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'notUnique'; readonly columns: readonly string[] }

/**
 * What an engine does for records outside of the app's database. It knows no transactions: each write is one record, and
 * durable or refused by itself. `testRecordStore` in `@heddle/data/testing` is its executable contract. Methods answer at
 * once where they can.
 */
export interface RecordStore {
  /** The engine, e.g. `redis`. */
  readonly name: string
  /**
   * Makes ready for the records of a table: whatever is there stays.
   *
   * @throws {Failure} Unavailable
   */
  prepare(table: Table): Maybe<void>
  /** The rows with these keys, `undefined` where there is none. */
  read(table: Table, tenant: string, keys: readonly Key[]): Maybe<readonly (Row | undefined)[]>
  find(table: Table, tenant: string, query: PageQuery): Maybe<readonly Row[]>
  /**
   * Writes one record, its unique indexes with it. `insert` wants the key to be free, `update` and `delete` want the
   * version, `put` wants nothing. Versions of a record never come back.
   *
   * @throws {Failure} Unavailable, DiskFull
   */
  write(tenant: string, write: Write): Maybe<Written>
  close(): Maybe<void>
}

/** How a record store is opened by an app. */
export interface RecordStoreDriver {
  /** The engine, e.g. `redis`. */
  readonly name: string
  /** For the manifest. */
  describe(): Json
  open(host: Omit<Host, 'app'>): Promise<RecordStore>
}
