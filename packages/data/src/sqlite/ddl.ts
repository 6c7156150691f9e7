import type { Index, Table } from '../database/table.ts'
import type { Change, Fill, Tables } from '../migration/change.ts'
import { columnTypes, indexName, literal, quote, tenantColumn, versionColumn } from './names.ts'

/** The statements of a change. `tables` are those before it. */
export function changeSql(change: Change, tables: Tables): string[] {
  if (change.change === 'addTable') return tableSql(change.table)
  const name = quote(change.table)
  const { indexes = [], key = '' } = tables.get(change.table) ?? {}
  switch (change.change) {
    case 'removeTable':
      return [`DROP TABLE ${name}`]
    case 'renameTable':
      // Indexes are named after their table, so they are made anew.
      return [
        ...indexes.map((index) => dropIndex(change.table, index)),
        `ALTER TABLE ${name} RENAME TO ${quote(change.to)}`,
        ...indexes.map((index) => indexSql(change.to, key, index)),
      ]
    case 'addColumn':
      return [
        `ALTER TABLE ${name} ADD COLUMN ${quote(change.column.name)} ${columnTypes[change.column.kind]}`,
        ...fillSql(name, change.column.name, change.fill),
      ]
    case 'removeColumn': {
      const affected = indexes.filter(({ columns }) => columns.includes(change.column))
      return [
        ...affected.map((index) => dropIndex(change.table, index)),
        `ALTER TABLE ${name} DROP COLUMN ${quote(change.column)}`,
      ]
    }
    case 'renameColumn': {
      const affected = indexes.filter(({ columns }) => columns.includes(change.column))
      const renamed = affected.map((index) => ({
        ...index,
        columns: index.columns.map((column) => (column === change.column ? change.to : column)),
      }))
      return [
        ...affected.map((index) => dropIndex(change.table, index)),
        `ALTER TABLE ${name} RENAME COLUMN ${quote(change.column)} TO ${quote(change.to)}`,
        ...renamed.map((index) => indexSql(change.table, key === change.column ? change.to : key, index)),
      ]
    }
    case 'changeColumn': {
      const { before, column, fill } = change
      if (before.kind === column.kind) return fillSql(name, column.name, fill)
      const affected = indexes.filter(({ columns }) => columns.includes(column.name))
      const type = columnTypes[column.kind]
      const [old, temporary] = [quote(column.name), quote(`_${column.name}`)]
      return [
        ...affected.map((index) => dropIndex(change.table, index)),
        `ALTER TABLE ${name} ADD COLUMN ${temporary} ${type}`,
        `UPDATE ${name} SET ${temporary} = CAST(${old} AS ${type})`,
        `ALTER TABLE ${name} DROP COLUMN ${old}`,
        `ALTER TABLE ${name} RENAME COLUMN ${temporary} TO ${old}`,
        ...fillSql(name, column.name, fill),
        ...affected.map((index) => indexSql(change.table, key, index)),
      ]
    }
    case 'addIndex':
      return [indexSql(change.table, key, change.index)]
    case 'removeIndex':
      return [dropIndex(change.table, change.index)]
  }
}

function tableSql({ name, key, columns, indexes }: Table): string[] {
  const fields = columns.map(
    (column) => `${quote(column.name)} ${columnTypes[column.kind]}${column.name === key ? ' NOT NULL' : ''}`,
  )
  // Without a hidden row number there is one tree instead of two: an insert writes half as much.
  const table = `CREATE TABLE ${quote(name)} (
    ${tenantColumn} TEXT NOT NULL, ${versionColumn} INTEGER NOT NULL, ${fields.join(', ')},
    PRIMARY KEY (${tenantColumn}, ${quote(key)})
  ) WITHOUT ROWID`
  return [table, ...indexes.map((index) => indexSql(name, key, index))]
}

function indexSql(table: string, key: string, index: Index): string {
  // The key stands in every index anyway. Only where it is named does the planner see that the index is in its order.
  const columns = index.unique || index.columns.includes(key) ? index.columns : [...index.columns, key]
  const all = [...(index.acrossTenants ? [] : [tenantColumn]), ...columns.map(quote)]
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${indexName(table, index)} ON ${quote(table)} (${all.join(', ')})`
}

const dropIndex = (table: string, index: Index) => `DROP INDEX ${indexName(table, index)}`

function fillSql(table: string, column: string, fill: Fill | undefined): string[] {
  if (!fill || !('value' in fill) || fill.value === null) return []
  const { value } = fill
  const sql = typeof value === 'string' ? literal(value) : String(Number(value))
  return [`UPDATE ${table} SET ${quote(column)} = ${sql} WHERE ${quote(column)} IS NULL`]
}
