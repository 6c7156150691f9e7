import type { RowChange } from '../database/row-change.ts'
import type { Row, Table, Value } from '../database/table.ts'
import type { Cell } from './executor.ts'
import { quote, tenantColumn, versionColumn } from '../sql/names.ts'

/** The statements of one table, and how its values are bound and read. */
export interface TableSql {
  readonly selectByKey: string
  /** A page's SQL goes on behind it. */
  readonly selectPage: string
  /** A page's SQL over all tenants goes on behind it; the tenant is the last value. */
  readonly selectAcross: string
  /** A filter goes on behind it. */
  readonly countAll: string
  readonly check: string
  readonly insert: string
  readonly put: string
  readonly update: string
  readonly delete: string
  readonly keyIndex: number
  toRow(row: unknown): Row
}

const known = new WeakMap<Table, TableSql>()

/** The SQL of a table, made once. */
export function tableSql(table: Table): TableSql {
  let sql = known.get(table)
  if (!sql) known.set(table, (sql = makeTableSql(table)))
  return sql
}

function makeTableSql(table: Table): TableSql {
  const { columns } = table
  const name = quote(table.name)
  const key = quote(table.key)
  const names = columns.map((column) => quote(column.name))
  // Big integers are read as text: beyond 2^53 a number would not hold them.
  const read = columns.map((column) =>
    column.kind === 'bigint' ? `CAST(${quote(column.name)} AS TEXT)` : quote(column.name),
  )
  const select = `SELECT ${[versionColumn, ...read].join(', ')} FROM ${name}`
  const byKey = `WHERE ${tenantColumn} = ? AND ${key} = ?`
  const insert = `INSERT INTO ${name} (${[versionColumn, tenantColumn, ...names].join(', ')}) VALUES (?, ?${', ?'.repeat(names.length)})`
  const replaced = [versionColumn, ...names].map((column) => `${column} = excluded.${column}`).join(', ')
  const assigned = [versionColumn, ...names].map((column) => `${column} = ?`).join(', ')
  return {
    selectByKey: `${select} ${byKey}`,
    selectPage: `${select} WHERE ${tenantColumn} = ?`,
    selectAcross: `SELECT ${[versionColumn, ...read, tenantColumn].join(', ')} FROM ${name} WHERE 1`,
    countAll: `SELECT count(*) FROM ${name} WHERE ${tenantColumn} = ?`,
    check: `SELECT ${versionColumn} FROM ${name} ${byKey}`,
    insert,
    put: `${insert} ON CONFLICT (${tenantColumn}, ${key}) DO UPDATE SET ${replaced}`,
    update: `UPDATE ${name} SET ${assigned} ${byKey} AND ${versionColumn} = ?`,
    delete: `DELETE FROM ${name} ${byKey} AND ${versionColumn} = ?`,
    keyIndex: columns.findIndex((column) => column.name === table.key),
    toRow: rowReader(table),
  }
}

const changes = new WeakMap<readonly string[], { readonly table: Table; readonly by: string; readonly sql: string }>()

/** The SQL of a change, made once for a list of columns: new version, values, tenant, key, the value that must stand there. */
export function changeRowSql({ table, columns, where }: RowChange): string {
  const known = changes.get(columns)
  if (known?.table === table && known.by === where.column) return known.sql
  const assigned = [versionColumn, ...columns.map(quote)].map((column) => `${column} = ?`).join(', ')
  const sql = `UPDATE ${quote(table.name)} SET ${assigned} WHERE ${tenantColumn} = ? AND ${quote(table.key)} = ? AND ${quote(where.column)} = ?`
  changes.set(columns, { table, by: where.column, sql })
  return sql
}

function rowReader({ columns }: Table): (row: unknown) => Row {
  const booleans = columns.flatMap(({ kind }, index) => (kind === 'boolean' ? [index + 1] : []))
  const bigints = columns.flatMap(({ kind }, index) => (kind === 'bigint' ? [index + 1] : []))
  if (booleans.length === 0 && bigints.length === 0) return (row) => row as Row
  return (row) => {
    const values = row as (Value | string | number)[]
    for (const index of booleans) if (values[index] !== null) values[index] = values[index] === 1
    for (const index of bigints) if (values[index] !== null) values[index] = BigInt(values[index] as string)
    return values as unknown as Row
  }
}

/** A value as SQLite takes it. */
export const toCell = (value: Value): Cell => (typeof value === 'boolean' ? (value ? 1 : 0) : value)
