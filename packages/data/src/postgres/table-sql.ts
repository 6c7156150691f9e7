import type { Row, Table, Value } from '../database/table.ts'
import { tenantColumn, versionColumn } from '../sql/names.ts'
import { columnTypes, quote } from './names.ts'

/** The statements that read one table, and how its rows are read. */
export interface TableSql {
  readonly selectByKey: string
  readonly selectByKeys: string
  /** A page's SQL goes on behind it. The tenant is its one parameter. */
  readonly selectPage: string
  /** A page's SQL over all tenants goes on behind it; the tenant is the last value. */
  readonly selectAcross: string
  /** A filter goes on behind it. The tenant is its one parameter. */
  readonly countAll: string
  /** What a statement returns that writes rows of all tenants; the tenant is the last value. */
  readonly returned: string
  readonly keyIndex: number
  toRow(row: readonly unknown[]): Row
}

const known = new WeakMap<Table, TableSql>()

/** The SQL of a table, made once. */
export function tableSql(table: Table): TableSql {
  let sql = known.get(table)
  if (!sql) known.set(table, (sql = makeTableSql(table)))
  return sql
}

function makeTableSql({ name, key, columns }: Table): TableSql {
  // Big integers are read as text: beyond 2^53 a number would not hold them. Under the column's own name, an order would
  // take the text for the column.
  const read = columns.map(({ kind, name: column }, index) =>
    kind === 'bigint' ? `${quote(column)}::text AS t${index}` : quote(column),
  )
  const select = `SELECT ${[versionColumn, ...read].join(', ')} FROM ${quote(name)} WHERE ${tenantColumn} = $1::text`
  const keyIndex = columns.findIndex((column) => column.name === key)
  const keyType = columnTypes[columns[keyIndex]!.kind]
  const bigints = columns.flatMap(({ kind }, index) => (kind === 'bigint' ? [index + 1] : []))
  return {
    selectByKey: `${select} AND ${quote(key)} = $2::${keyType}`,
    selectByKeys: `${select} AND ${quote(key)} = ANY($2::${keyType}[])`,
    selectPage: select,
    selectAcross: `SELECT ${[versionColumn, ...read, tenantColumn].join(', ')} FROM ${quote(name)} WHERE true`,
    countAll: `SELECT count(*) FROM ${quote(name)} WHERE ${tenantColumn} = $1::text`,
    returned: [versionColumn, ...read, tenantColumn].join(', '),
    keyIndex,
    toRow(row) {
      const values = row as Value[]
      for (const index of bigints) if (values[index] !== null) values[index] = BigInt(values[index] as string)
      return values as unknown as Row
    },
  }
}
