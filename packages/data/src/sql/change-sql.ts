import type { Column, Index } from '../database/table.ts'
import type { Change, Fill, Tables } from '../migration/change.ts'
import type { SqlDialect } from './dialect.ts'

/** The statements of a change. `tables` are those before it. */
export function changeSql(dialect: SqlDialect, change: Change, tables: Tables): readonly string[] {
  const quote = (name: string) => dialect.quote(name)
  if (change.change === 'addTable') {
    const { table } = change
    return [
      dialect.createTable(table),
      ...table.indexes.map((index) => dialect.createIndex(table.name, table.key, index)),
    ]
  }
  const name = quote(change.table)
  const { indexes = [], key = '' } = tables.get(change.table) ?? {}
  switch (change.change) {
    case 'removeTable':
      return [`DROP TABLE ${name}`]
    case 'renameTable':
      // Indexes are named after their table, so they are made anew.
      return [
        ...indexes.map((index) => dropIndex(dialect, change.table, index)),
        `ALTER TABLE ${name} RENAME TO ${quote(change.to)}`,
        ...indexes.map((index) => dialect.createIndex(change.to, key, index)),
      ]
    case 'addColumn':
      return [
        `ALTER TABLE ${name} ADD COLUMN ${quote(change.column.name)} ${dialect.columnType(change.column.kind)}`,
        ...fillSql(dialect, name, change.column, change.fill),
      ]
    case 'removeColumn': {
      const affected = indexes.filter(({ columns }) => columns.includes(change.column))
      return [
        ...affected.map((index) => dropIndex(dialect, change.table, index)),
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
        ...affected.map((index) => dropIndex(dialect, change.table, index)),
        `ALTER TABLE ${name} RENAME COLUMN ${quote(change.column)} TO ${quote(change.to)}`,
        ...renamed.map((index) => dialect.createIndex(change.table, key === change.column ? change.to : key, index)),
      ]
    }
    case 'changeColumn': {
      const { before, column, fill } = change
      if (before.kind === column.kind) return fillSql(dialect, name, column, fill)
      const affected = indexes.filter(({ columns }) => columns.includes(column.name))
      return [
        ...affected.map((index) => dropIndex(dialect, change.table, index)),
        ...dialect.changeKind(change.table, before, column),
        ...fillSql(dialect, name, column, fill),
        ...affected.map((index) => dialect.createIndex(change.table, key, index)),
      ]
    }
    case 'addIndex':
      return [dialect.createIndex(change.table, key, change.index)]
    case 'removeIndex':
      return [dropIndex(dialect, change.table, change.index)]
  }
}

const dropIndex = (dialect: SqlDialect, table: string, index: Index) => `DROP INDEX ${dialect.indexName(table, index)}`

function fillSql(dialect: SqlDialect, table: string, column: Column, fill: Fill | undefined): string[] {
  if (!fill || !('value' in fill) || fill.value === null) return []
  const name = dialect.quote(column.name)
  return [`UPDATE ${table} SET ${name} = ${dialect.literal(fill.value)} WHERE ${name} IS NULL`]
}
