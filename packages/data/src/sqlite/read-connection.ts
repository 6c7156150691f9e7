import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PageQuery } from '../database/database.ts'
import type { Key, Row, Table, Value } from '../database/table.ts'
import { pageSql } from './condition-sql.ts'
import { openReadConnection } from './connection.ts'
import { errorCode } from './executor.ts'
import { sqliteError } from './errors.ts'
import { tableSql, toCell } from './table-sql.ts'

/** How many prepared statements a connection keeps (limit `reader.statements`). */
const statementLimit = 500

/** A connection that reads on the calling thread. */
export class ReadConnection {
  readonly path: string
  readonly #connection: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.path = path
    this.#connection = this.#guarded(() => openReadConnection(path))
  }

  read(table: Table, tenant: string, keys: readonly Key[]): (Row | undefined)[] {
    const { selectByKey, toRow } = tableSql(table)
    return this.#guarded(() => {
      const statement = this.#prepare(selectByKey)
      return keys.map((key) => {
        const row = statement.get(tenant, key)
        return row && toRow(row)
      })
    })
  }

  find(table: Table, tenant: string, query: PageQuery): Row[] {
    const { selectPage, toRow } = tableSql(table)
    const { sql, parameters } = pageSql(table, query)
    return this.#guarded(() => {
      const rows = this.#prepare(selectPage + sql).all(tenant, ...parameters.map(toCell))
      return rows.map(toRow)
    })
  }

  /** One value of one row, for the driver's own questions. */
  value(sql: string, ...parameters: Value[]): Value | undefined {
    return this.#guarded(() => {
      const row = this.#prepare(sql).get(...parameters.map(toCell)) as unknown as Value[] | undefined
      return row?.[0]
    })
  }

  /** Rows as lists, for the driver's own questions. */
  rows(sql: string, parameters: readonly Value[]): Value[][] {
    return this.#guarded(() => this.#prepare(sql).all(...parameters.map(toCell)) as unknown as Value[][])
  }

  run(sql: string): void {
    this.#guarded(() => void this.#prepare(sql).run())
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement) return statement
    statement = this.#connection.prepare(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > statementLimit) this.#statements.delete(this.#statements.keys().next().value!)
    return statement
  }

  #guarded<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw sqliteError(errorCode(error), (error as Error).message, this.path)
    }
  }
}
