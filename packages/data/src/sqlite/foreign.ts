import { systemFailure } from '@heddle/core'
import { DatabaseSync } from 'node:sqlite'
import type { Table } from '../database/table.ts'
import { applyChange, type Tables } from '../migration/change.ts'
import { systemMigrations } from '../system/tables.ts'
import { errorCode } from './executor.ts'
import { sqliteError } from './errors.ts'
import { indexName } from './names.ts'

/** What the driver asks SQLite: rows as lists. */
type Ask = (sql: string, ...parameters: string[]) => readonly (readonly unknown[])[]

/**
 * Refuses a file that another program made and in which Heddle's own tables have no place. Other tables may be in it.
 *
 * @throws {Failure} DatabaseForeign, DatabaseDamaged
 */
export function assertOwnFile(path: string): void {
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { timeout: 5000, returnArrays: true })
    const opened = connection
    const ask: Ask = (sql, ...parameters) =>
      opened.prepare(sql).all(...parameters) as unknown as readonly (readonly unknown[])[]
    assertTable(ask, path, '_commits', ['version'])
    const format = Number(ask('PRAGMA user_version')[0]![0])
    const none: Tables = new Map()
    for (const { name, columns } of systemMigrations.slice(0, format).flat().reduce(applyChange, none).values()) {
      const reason = `it numbers itself as format ${format} and has no table "${name}"`
      if (!assertTable(ask, path, name, columnsOf(columns))) throw systemFailure('DatabaseForeign', { path, reason })
    }
  } catch (error) {
    throw error instanceof Error ? sqliteError(errorCode(error), error.message, path) : error
  } finally {
    connection?.close()
  }
}

const columnsOf = (columns: Table['columns']) => columns.map(({ name }) => name)

/** Whether there is such a table. One of the same name with other columns is somebody else's. */
function assertTable(ask: Ask, path: string, table: string, columns: readonly string[]): boolean {
  const found = ask('SELECT name FROM pragma_table_info(?)', table).flat()
  if (found.length === 0) return false
  if (columns.every((column) => found.includes(column))) return true
  throw madeByOthers(path, 'table', table)
}

/**
 * Refuses a table or index that is to be made under a name which something has that Heddle did not make.
 *
 * @param before the tables that Heddle made
 * @param after those that it is to make of them
 * @throws {Failure} DatabaseForeign
 */
export function assertNamesFree(path: string, before: Tables, after: Tables, ask: Ask): void {
  const own = new Set([...before.values()].flatMap(namesOf))
  const wanted = [...after.values()].flatMap(namesOf)
  for (const name of wanted.filter((wantedName) => !own.has(wantedName))) {
    // SQLite ignores case in names.
    const [taken] = ask('SELECT type, name FROM sqlite_schema WHERE lower(name) = lower(?)', name)
    if (taken) throw madeByOthers(path, String(taken[0]), String(taken[1]))
  }
}

const namesOf = ({ name, indexes }: Table) => [name, ...indexes.map((index) => indexName(name, index).slice(1, -1))]

const madeByOthers = (path: string, kind: string, name: string) =>
  systemFailure('DatabaseForeign', { path, reason: `it has the ${kind} "${name}", which Heddle did not make` })
