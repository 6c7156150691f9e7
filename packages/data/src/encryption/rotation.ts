import { systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Key, Row, Table } from '../database/table.ts'
import type { Envelopes } from './envelopes.ts'

/** Where a database that encrypts keeps the way to encrypt anew. */
export const rotationOf = Symbol('rotation')

/** One page of rows that was looked at. */
export interface RotatedPage {
  readonly looked: number
  /** How many were encrypted anew. */
  readonly changed: number
  /** The key after which to go on; missing behind the last page. */
  readonly next?: Key
}

/** Encrypts rows anew with the current key. */
export interface Rotation {
  /**
   * Id of the current key.
   *
   * @throws {Defect} InvalidConfig, when there are no keys
   */
  key(): string
  /**
   * Looks at one page of a table's rows, in the order of their keys.
   *
   * @param always whether what is not encrypted at all has to be
   * @throws {Defect} Undecryptable, when the key of a row is missing
   */
  page(table: Table, tenant: string, after: Key | undefined, always: boolean): Promise<RotatedPage>
}

/** How many rows are looked at in one go (limit `rotation.page`). */
const pageLimit = 200
/** How often a row is tried that others change meanwhile. */
const attempts = 10

/** @param database as it is beneath the encryption */
export function createRotation(database: Database, envelopes: Envelopes): Rotation {
  return {
    key: () => envelopes.key,
    async page(table, tenant, after, always) {
      const rows = await database.find(table, tenant, {
        where: undefined,
        order: [{ column: table.key, descending: false }],
        after: after === undefined ? undefined : [after],
        limit: pageLimit,
      })
      const at = table.columns.findIndex(({ name }) => name === table.key) + 1
      let changed = 0
      for (const row of rows) if (await renew(table, tenant, row, row[at] as Key, always)) changed++
      const isLast = rows.length < pageLimit
      return { looked: rows.length, changed, ...(!isLast && { next: rows.at(-1)![at] as Key }) }
    },
  }

  /** A row that somebody else wrote meanwhile is looked at again: it may have been written with an old key. */
  async function renew(table: Table, tenant: string, found: Row, key: Key, always: boolean): Promise<boolean> {
    let row: Row | undefined = found
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (!row || !envelopes.isOld(table, row, always)) return false
      const [, ...plain] = envelopes.open(table, tenant, row)
      const values = envelopes.close(table, tenant, plain)
      const write = { kind: 'update', table, key, values, version: row[0] } as const
      if (!(await database.commit({ tenant, checks: [], writes: [write] }))) return true
      row = (await database.read(table, tenant, [key]))[0]
    }
    throw systemFailure('Conflict', { attempts })
  }
}
