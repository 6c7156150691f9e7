import type { ClientBase, Pool } from 'pg'
import type { Counted, CountQuery, PageQuery, RawQuery, RawRow, Reader, TenantRow } from '../database/database.ts'
import type { Key, Row, Table } from '../database/table.ts'
import type { Condition } from '../filter/condition.ts'
import { countSql, toCounted } from '../sql/count-sql.ts'
import { filterSql, pageSql } from '../sql/page-sql.ts'
import { postgresDialect } from './dialect.ts'
import { postgresError } from './errors.ts'
import { offsetsName, quote } from './names.ts'
import { explainSql, rawSql, relationsOf } from './raw-sql.ts'
import { ask, type Answer, type Statement } from './statement.ts'
import { tableSql } from './table-sql.ts'
import { encodeText, toParameter } from './values.ts'

/** How many texts of raw SQL are remembered as harmless (limit `postgres.rawTexts`). */
const checkedLimit = 1000

/** Reads over a connection, or over the next free one of a pool. It must be one that cannot write. */
export class PostgresReader implements Reader {
  readonly #connection: Pick<ClientBase | Pool, 'query'>
  readonly #where: string
  readonly #checked: Set<string>

  /** @param checked the texts of raw SQL that were found to be harmless; shared between readers */
  constructor(connection: Pick<ClientBase | Pool, 'query'>, where: string, checked: Set<string>) {
    this.#connection = connection
    this.#where = where
    this.#checked = checked
  }

  async read(table: Table, tenant: string, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    if (keys.length === 0) return []
    const sql = tableSql(table)
    const wanted = keys.map((key) => toParameter(key))
    const isOne = keys.length === 1
    const { rows } = await this.#ask({
      sql: isOne ? sql.selectByKey : sql.selectByKeys,
      values: [encodeText(tenant), isOne ? wanted[0]! : wanted],
    })
    const found = rows.map(sql.toRow)
    if (isOne) return [found[0]]
    const byKey = new Map(found.map((row) => [row[sql.keyIndex + 1], row]))
    return keys.map((key) => byKey.get(key))
  }

  async find(table: Table, tenant: string, query: PageQuery): Promise<Row[]> {
    const sql = tableSql(table)
    const page = pageSql(postgresDialect, table, query, 1)
    const values = [encodeText(tenant), ...page.parameters.map(toParameter)]
    const { rows } = await this.#ask({ sql: sql.selectPage + page.sql, values })
    return rows.map(sql.toRow)
  }

  async findAcross(table: Table, query: PageQuery): Promise<TenantRow[]> {
    const sql = tableSql(table)
    const page = pageSql(postgresDialect, table, query, 0)
    const { rows } = await this.#ask({ sql: sql.selectAcross + page.sql, values: page.parameters.map(toParameter) })
    return rows.map((row) => ({ tenant: row[table.columns.length + 1] as string, row: sql.toRow(row) }))
  }

  async count(table: Table, tenant: string, where: Condition | undefined): Promise<number> {
    const { sql, parameters } = filterSql(postgresDialect, table, where, 1)
    const { rows } = await this.#ask({
      sql: tableSql(table).countAll + sql,
      values: [encodeText(tenant), ...parameters.map(toParameter)],
    })
    return Number(rows[0]![0])
  }

  async countAcross(table: Table, query: CountQuery): Promise<Counted[]> {
    const { sql, parameters } = countSql(postgresDialect, table, query)
    const { rows } = await this.#ask({ sql, values: parameters.map(toParameter) })
    return rows.map((row) => toCounted(row, query))
  }

  /** The offset of the newest event. */
  async lastEvent(): Promise<number> {
    const { rows } = await this.#ask({ sql: `SELECT last FROM ${quote(offsetsName)}`, values: [] })
    return rows[0]![0] as number
  }

  async query(tenant: string, query: RawQuery): Promise<RawRow[]> {
    const { tables, ...statement } = rawSql(tenant, query)
    await this.#assertHarmless(statement, tables)
    const { rows, columns } = await this.#ask(statement)
    return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])))
  }

  /**
   * PostgreSQL's own plan says what a text reads: its tables and no others. What is no query cannot be explained, and
   * the connection cannot write.
   */
  async #assertHarmless({ sql, values }: Statement, tables: ReadonlySet<string>): Promise<void> {
    if (this.#checked.has(sql)) return
    // The plan is one for all parameters, so that none are needed.
    const { rows } = await this.#ask({ sql: explainSql(sql), values: values.map(() => null), isKept: false })
    const [[explained]] = rows as [[string]]
    const foreign = relationsOf(explained).find((name) => !tables.has(name))
    if (foreign !== undefined) throw new Error(`not authorized: the query reads ${foreign}, which stands in it by name`)
    this.#checked.add(sql)
    if (this.#checked.size > checkedLimit) this.#checked.delete(this.#checked.values().next().value!)
  }

  async #ask(statement: Statement): Promise<Answer> {
    try {
      return await ask(this.#connection, statement)
    } catch (error) {
      throw postgresError(error, this.#where)
    }
  }
}
