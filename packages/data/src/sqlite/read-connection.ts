import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PageQuery } from '../database/database.ts'
import type { Key, Row, Table, Value } from '../database/table.ts'
import { isBounded } from './bounded.ts'
import type { Condition } from '../filter/condition.ts'
import { filterSql, pageSql } from '../sql/page-sql.ts'
import { sqliteDialect } from './dialect.ts'
import { openReadConnection } from './connection.ts'
import { errorCode } from './executor.ts'
import { sqliteError } from './errors.ts'
import { type RawRows, readOnly } from './read-only.ts'
import { tableSql, toCell } from './table-sql.ts'
import type { Scan } from './thread-reader.ts'

/** How many prepared statements a connection keeps (limit `reader.statements`). */
const statementLimit = 500

/** A connection that reads on the calling thread. */
export class ReadConnection {
  readonly path: string
  readonly #connection: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #bounded = new Map<string, boolean>()

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

  /** The SQL of a page. */
  page(table: Table, tenant: string, query: PageQuery): Scan {
    const { sql, parameters } = pageSql(sqliteDialect, table, query, 1)
    return { sql: tableSql(table).selectPage + sql, parameters: [tenant, ...parameters.map(toCell)] }
  }

  /** The SQL of a page over all tenants. */
  pageAcross(table: Table, query: PageQuery): Scan {
    const { sql, parameters } = pageSql(sqliteDialect, table, query, 0)
    return { sql: tableSql(table).selectAcross + sql, parameters: parameters.map(toCell) }
  }

  /** The SQL that counts what passes a filter. */
  count(table: Table, tenant: string, where: Condition | undefined): Scan {
    const { sql, parameters } = filterSql(sqliteDialect, table, where, 1)
    return { sql: tableSql(table).countAll + sql, parameters: [tenant, ...parameters.map(toCell)] }
  }

  /** Whether a page costs no more than what it holds. SQLite is asked once for each text. */
  isBounded({ sql, parameters }: Scan, query: PageQuery): boolean {
    let bounded = this.#bounded.get(sql)
    if (bounded === undefined) {
      const plan = this.#guarded(() => this.#connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters))
      const lines = (plan as unknown as [number, number, number, string][]).map(([, , , detail]) => detail)
      this.#bounded.set(sql, (bounded = isBounded(lines, query)))
      if (this.#bounded.size > statementLimit) this.#bounded.delete(this.#bounded.keys().next().value!)
    }
    return bounded
  }

  find(table: Table, { sql, parameters }: Scan): Row[] {
    return this.#guarded(() =>
      this.#prepare(sql)
        .all(...parameters)
        .map(tableSql(table).toRow),
    )
  }

  /** Runs a scan here, where there is no other thread for it. */
  scan({ sql, parameters, tables }: Scan): RawRows {
    return this.#guarded(() => readOnly(this.#connection, sql, parameters, tables))
  }

  /** Rows as lists, for the driver's own questions. */
  rows(sql: string, ...parameters: Value[]): readonly (readonly Value[])[] {
    return this.#guarded(() => this.#prepare(sql).all(...parameters.map(toCell)) as unknown as Value[][])
  }

  /** One value of one row. */
  value(sql: string, ...parameters: Value[]): Value | undefined {
    return this.rows(sql, ...parameters)[0]?.[0]
  }

  run(sql: string): void {
    // `get` makes no object that says what was changed.
    this.#guarded(() => void this.#prepare(sql).get())
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
