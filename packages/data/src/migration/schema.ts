import { systemFailure } from '@heddle/core'
import type { Database, Write } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { systemTenant, TableRecord } from '../system/entities.ts'
import { findRecords, putWrite } from '../system/records.ts'
import { applyChange, type Change, changeText, type Tables } from './change.ts'
import { diffTarget } from './diff.ts'
import { entityTarget } from './entity-target.ts'

/** The entities' tables as they are in one database, which the database itself records. */
export class Schema {
  readonly #database: Database
  #tables: Tables

  private constructor(database: Database, tables: Tables) {
    this.#database = database
    this.#tables = tables
  }

  static async read(database: Database): Promise<Schema> {
    const records = await findRecords(database, TableRecord, systemTenant)
    return new Schema(database, new Map(records.map(({ name, shape }) => [name, shape as Table])))
  }

  /** The tables after changes. */
  static after(tables: Tables, changes: readonly Change[]): Tables {
    return changes.reduce(applyChange, tables)
  }

  get tables(): Tables {
    return this.#tables
  }

  /** Makes changes and notes them, in one transaction with `writes`. */
  async change(changes: readonly Change[], writes: readonly Write[] = []): Promise<void> {
    const before = this.#tables
    const after = Schema.after(before, changes)
    const noted: Write[] = []
    for (const [name, shape] of after) {
      if (before.get(name) !== shape) noted.push(putWrite(TableRecord, { name, shape }))
    }
    const gone = [...before.keys()].filter((name) => !after.has(name))
    const rows = await this.#database.read(TableRecord.table, systemTenant, gone)
    for (const [index, key] of gone.entries()) {
      noted.push({ kind: 'delete', table: TableRecord.table, key, version: rows[index]![0] })
    }
    const commit = { tenant: systemTenant, checks: [], writes: [...noted, ...writes] }
    await this.#database.migrate({ tables: before, changes, commit })
    this.#tables = after
  }

  /**
   * Makes the table of an entity fit: development applies what is additive by itself.
   *
   * @throws {Failure} MigrationNeeded
   */
  async adopt(entity: AnyEntity, mode: 'development' | 'production'): Promise<void> {
    const differences = diffTarget(this.#tables, entityTarget(entity))
    const additive = differences.filter((difference) => difference.additive)
    // Development leaves the data of a removed field where it is, until a migration removes it.
    const open = differences.filter((difference) => !difference.additive && difference.change.change !== 'removeColumn')
    const needed = mode === 'production' ? differences : open
    if (needed.length > 0) {
      const changes = needed.map(({ change, refused }) => refused ?? changeText(change)).join('; ')
      throw systemFailure('MigrationNeeded', { changes })
    }
    if (additive.length > 0) await this.change(additive.map(({ change }) => change))
  }
}
