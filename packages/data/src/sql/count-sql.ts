import type { CountQuery, Counted } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import type { SqlDialect, SqlText } from './dialect.ts'
import { filterSql } from './page-sql.ts'

/** The SQL that counts rows of all tenants by columns. */
export function countSql(dialect: SqlDialect, table: Table, { by, where, least }: CountQuery): SqlText {
  const columns = by.map((column) => dialect.quote(column)).join(', ')
  const lowest = least ? `, min(${dialect.remainder(dialect.quote(least.column), least.of)})` : ''
  const { sql, parameters } = filterSql(dialect, table, where, 0)
  return {
    sql: `SELECT ${columns}, count(*)${lowest} FROM ${dialect.quote(table.name)} WHERE ${dialect.always}${sql} GROUP BY ${columns}`,
    parameters,
  }
}

/** A row of what it gives. */
export function toCounted(row: readonly unknown[], { by, least }: CountQuery): Counted {
  const values = row.slice(0, by.length) as (string | null)[]
  const lowest = least ? row[by.length + 1] : undefined
  return { values, rows: Number(row[by.length]), ...(lowest != null && { least: Number(lowest) }) }
}
