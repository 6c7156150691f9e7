import type { SqlDialect } from '../sql/dialect.ts'
import { literal, quote, tenantColumn, versionColumn } from '../sql/names.ts'
import { columnTypes, indexName } from './names.ts'

/** SQLite's SQL. Missing values are the least by themselves. */
export const sqliteDialect: SqlDialect = {
  always: '1',
  never: '0',
  quote,
  indexName,
  parameter: () => '?',
  elements: (place) => `SELECT value FROM json_each(${place})`,
  isSame: (left, right) => `${left} IS ${right}`,
  ordered: ({ name }, _isKey, descending) => `${quote(name)}${descending ? ' DESC' : ''}`,
  columnType: (kind) => columnTypes[kind],

  createTable({ name, key, columns, growing }) {
    const mark = growing ? ' PRIMARY KEY' : ' NOT NULL'
    const fields = columns.map(
      (column) => `${quote(column.name)} ${columnTypes[column.kind]}${column.name === key ? mark : ''}`,
    )
    // Such a key is the row's number, which is the cheapest place for what comes at the end.
    if (growing) {
      return `CREATE TABLE ${quote(name)} (
    ${tenantColumn} TEXT NOT NULL, ${versionColumn} INTEGER NOT NULL, ${fields.join(', ')}
  )`
    }
    // Without a hidden row number there is one tree instead of two: an insert writes half as much.
    return `CREATE TABLE ${quote(name)} (
    ${tenantColumn} TEXT NOT NULL, ${versionColumn} INTEGER NOT NULL, ${fields.join(', ')},
    PRIMARY KEY (${tenantColumn}, ${quote(key)})
  ) WITHOUT ROWID`
  },

  createIndex(table, key, index) {
    // The key stands in every index anyway. Only where it is named does the planner see that the index is in its order.
    const columns = index.unique || index.columns.includes(key) ? index.columns : [...index.columns, key]
    const all = [...(index.acrossTenants ? [] : [tenantColumn]), ...columns.map(quote)]
    const only = index.sparse ? ` WHERE ${quote(index.columns[0]!)} IS NOT NULL` : ''
    return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${indexName(table, index)} ON ${quote(table)} (${all.join(', ')})${only}`
  },

  changeKind(table, _before, { name, kind }) {
    const [altered, old, temporary] = [`ALTER TABLE ${quote(table)}`, quote(name), quote(`_${name}`)]
    const type = columnTypes[kind]
    return [
      `${altered} ADD COLUMN ${temporary} ${type}`,
      `UPDATE ${quote(table)} SET ${temporary} = CAST(${old} AS ${type})`,
      `${altered} DROP COLUMN ${old}`,
      `${altered} RENAME COLUMN ${temporary} TO ${old}`,
    ]
  },

  remainder: (column, of) => `${column} % ${of}`,
  literal: (value) => (typeof value === 'string' ? literal(value) : String(Number(value))),
}
