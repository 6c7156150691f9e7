import type { Column, Value } from '../database/table.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import { literal, tenantColumn, versionColumn } from '../sql/names.ts'
import { quote as quoteWhole } from '../sql/names.ts'
import { columnTypes, declaredType, indexName, quote } from './names.ts'
import { encodeText } from './values.ts'

/** PostgreSQL's SQL. Missing values are said to be the least, in orders and in the indexes that answer them. */
export const postgresDialect: SqlDialect = {
  always: 'TRUE',
  never: 'FALSE',
  quote,
  indexName: (table, index) => quoteWhole(indexName(table, index)),
  parameter: (number, column, value) => `$${number}::${parameterType(column, value)}`,
  elements: (place, { kind }) => `SELECT value::${columnTypes[kind]} FROM jsonb_array_elements_text(${place}::jsonb)`,
  isSame: (left, right) => `${left} IS NOT DISTINCT FROM ${right}`,
  columnType: declaredType,

  ordered({ name }, isKey, descending) {
    if (isKey) return `${quote(name)}${descending ? ' DESC' : ''}`
    return `${quote(name)} ${descending ? 'DESC NULLS LAST' : 'NULLS FIRST'}`
  },

  createTable({ name, key, columns }) {
    const fields = columns.map(
      (column) => `${quote(column.name)} ${declaredType(column.kind)}${column.name === key ? ' NOT NULL' : ''}`,
    )
    return `CREATE TABLE ${quote(name)} (
    ${tenantColumn} ${declaredType('text')} NOT NULL, ${versionColumn} bigint NOT NULL, ${fields.join(', ')},
    PRIMARY KEY (${tenantColumn}, ${quote(key)})
  )`
  },

  createIndex(table, key, index) {
    // With the key in it, an index answers a whole order.
    const columns = index.unique || index.columns.includes(key) ? index.columns : [...index.columns, key]
    const ordered = columns.map((column) => (column === key ? quote(column) : `${quote(column)} NULLS FIRST`))
    const all = [...(index.acrossTenants ? [] : [tenantColumn]), ...ordered]
    const name = quoteWhole(indexName(table, index))
    const only = index.sparse ? ` WHERE ${quote(index.columns[0]!)} IS NOT NULL` : ''
    return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${quote(table)} (${all.join(', ')})${only}`
  },

  changeKind(table, before, { name, kind }) {
    if (columnTypes[before.kind] === columnTypes[kind]) return []
    const type = columnTypes[kind]
    // A boolean becomes a number only by way of the narrower integer.
    const from = before.kind === 'boolean' && type === 'bigint' ? `${quote(name)}::integer` : quote(name)
    return [`ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(name)} TYPE ${declaredType(kind)} USING ${from}::${type}`]
  },

  remainder: (column, of) => `${column}::bigint % ${of}`,

  literal(value) {
    if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
    return typeof value === 'string' ? literal(encodeText(value)) : String(value)
  },
}

/** A number that no whole one can equal is compared as what it is. */
function parameterType({ kind }: Column, value: Value): string {
  const type = columnTypes[kind]
  return type === 'bigint' && typeof value === 'number' && !Number.isSafeInteger(value) ? 'double precision' : type
}
