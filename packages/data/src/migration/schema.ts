import { CommitConflict, systemFailure } from '@heddle/core'
import type { Check, Database, Write } from '../database/database.ts'
import type { Row, Table } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { systemTenant, TableRecord } from '../system/entities.ts'
import { findRecords, putWrite } from '../system/records.ts'
import { applyChange, type Change, changeText, type Tables } from './change.ts'
import { type Difference, diffTarget } from './diff.ts'
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
    return new Schema(database, await readTables(database))
  }

  /** The tables after changes. */
  static after(tables: Tables, changes: readonly Change[]): Tables {
    return changes.reduce(applyChange, tables)
  }

  /** The same, with the tables as they are now: another process may have changed some. */
  async renewed(): Promise<this> {
    this.#tables = (await Schema.read(this.#database)).tables
    return this
  }

  get tables(): Tables {
    return this.#tables
  }

  /**
   * Makes changes and notes them, in one transaction with `writes`, as long as the given checks hold.
   *
   * @throws {CommitConflict} when another process changed the same tables, or a check does not hold
   */
  async change(changes: readonly Change[], writes: readonly Write[] = [], given: readonly Check[] = []): Promise<void> {
    const before = this.#tables
    const after = Schema.after(before, changes)
    const { table } = TableRecord
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => before.get(name) !== after.get(name),
    )
    const rows = await this.#database.read(table, systemTenant, changed)
    const checks: Check[] = [...given]
    const noted: Write[] = []
    for (const [index, key] of changed.entries()) {
      const row = rows[index]
      // Another process may have been faster, where the engine serves several.
      if (JSON.stringify(shapeOf(row)) !== JSON.stringify(before.get(key))) throw new CommitConflict()
      const version = row?.[0] ?? 0
      checks.push({ table, key, version })
      const shape = after.get(key)
      noted.push(shape ? putWrite(TableRecord, { name: key, shape }) : { kind: 'delete', table, key, version })
    }
    const commit = { tenant: systemTenant, checks, writes: [...noted, ...writes] }
    await this.#database.migrate({ tables: before, changes, commit })
    this.#tables = after
  }

  /**
   * Makes the table of an entity fit: development applies what is additive by itself.
   *
   * @param all the entities of the app, so that whoever has to migrate is told of each that does not fit
   * @throws {Failure} MigrationNeeded
   */
  async adopt(entity: AnyEntity, mode: Mode, all: () => readonly AnyEntity[] = () => [entity]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#adopt(entity, mode, all)
      } catch (error) {
        if (!(error instanceof CommitConflict)) throw error
        if (attempt === attempts) throw systemFailure('Conflict', { attempts })
        this.#tables = await readTables(this.#database)
      }
    }
  }

  async #adopt(entity: AnyEntity, mode: Mode, all: () => readonly AnyEntity[]): Promise<void> {
    const differences = this.#differences(entity)
    if (differences.some((difference) => isNeeded(difference, mode))) {
      const needed = all().flatMap((each) => this.#differences(each).filter((found) => isNeeded(found, mode)))
      const changes = needed.map(({ change, refused }) => refused ?? changeText(change)).join('; ')
      throw systemFailure('MigrationNeeded', { changes, run: '`heddle migrate plan`, then `heddle migrate apply`' })
    }
    const additive = differences.filter((difference) => difference.additive)
    if (additive.length > 0) await this.change(additive.map(({ change }) => change))
  }

  #differences(entity: AnyEntity): Difference[] {
    return diffTarget(this.#tables, entityTarget(entity))
  }
}

type Mode = 'development' | 'production'

/** Whether a difference is left to a migration. Development leaves the data of a removed field where it is until then. */
const isNeeded = ({ additive, change }: Difference, mode: Mode) =>
  mode === 'production' || (!additive && change.change !== 'removeColumn')

/** How often a change of tables is tried that another process makes at the same time (limit `schema.attempts`). */
const attempts = 5

async function readTables(database: Database): Promise<Tables> {
  const records = await findRecords(database, TableRecord, systemTenant)
  return new Map(records.map(({ name, shape }) => [name, shape as Table]))
}

const shapeOf = (row: Row | undefined) => row && (TableRecord.codec.decode(row) as { shape: unknown }).shape
