import type { Column, Index, Table, Value } from '../database/table.ts'

/** What old records get in a field that they do not have: one value, or what a command writes. */
export type Fill = { readonly value: Exclude<Value, bigint> } | { readonly command: string }

/**
 * One change of the tables, without SQL: drivers make theirs from it. It is JSON, because migration files hold it.
 * Applying a change to tables that have it already does nothing.
 */
export type Change =
  | { readonly change: 'addTable'; readonly table: Table }
  | { readonly change: 'removeTable'; readonly table: string }
  | { readonly change: 'renameTable'; readonly table: string; readonly to: string }
  | { readonly change: 'addColumn'; readonly table: string; readonly column: Column; readonly fill?: Fill }
  | { readonly change: 'removeColumn'; readonly table: string; readonly column: string }
  | { readonly change: 'renameColumn'; readonly table: string; readonly column: string; readonly to: string }
  | {
      readonly change: 'changeColumn'
      readonly table: string
      readonly before: Column
      readonly column: Column
      readonly fill?: Fill
    }
  | { readonly change: 'addIndex'; readonly table: string; readonly index: Index }
  | { readonly change: 'removeIndex'; readonly table: string; readonly index: Index }

/** Tables by name. */
export type Tables = ReadonlyMap<string, Table>

/** Whether two indexes are the same. */
export const sameIndex = (left: Index, right: Index) =>
  left.unique === right.unique &&
  left.acrossTenants === right.acrossTenants &&
  left.sparse === right.sparse &&
  left.columns.join() === right.columns.join()

/** The tables after a change. */
export function applyChange(tables: Tables, change: Change): Tables {
  if (change.change === 'addTable') return new Map([...tables, [change.table.name, change.table]])
  const changed = new Map(tables)
  const table = changed.get(change.table)
  if (!table) return tables
  if (change.change === 'removeTable' || change.change === 'renameTable') changed.delete(table.name)
  if (change.change === 'renameTable') changed.set(change.to, { ...table, name: change.to })
  else if (change.change !== 'removeTable') changed.set(table.name, changeTable(table, change))
  return changed
}

type ColumnChange = Exclude<Change, { change: 'addTable' | 'removeTable' | 'renameTable' }>

function changeTable(table: Table, change: ColumnChange): Table {
  const { columns, indexes } = table
  switch (change.change) {
    case 'addColumn':
      return { ...table, columns: [...columns, change.column] }
    case 'removeColumn':
      return { ...table, columns: columns.filter(({ name }) => name !== change.column) }
    case 'changeColumn':
      return {
        ...table,
        columns: columns.map((column) => (column.name === change.column.name ? change.column : column)),
      }
    case 'renameColumn': {
      const rename = (name: string) => (name === change.column ? change.to : name)
      return {
        ...table,
        key: rename(table.key),
        columns: columns.map((column) => ({ ...column, name: rename(column.name) })),
        indexes: indexes.map((index) => ({ ...index, columns: index.columns.map(rename) })),
      }
    }
    case 'addIndex':
      return { ...table, indexes: [...indexes, change.index] }
    case 'removeIndex':
      return { ...table, indexes: indexes.filter((index) => !sameIndex(index, change.index)) }
  }
}

/** Whether the tables have the change already, e.g. because development applied it by itself. */
export function hasChange(tables: Tables, change: Change): boolean {
  if (change.change === 'addTable') return tables.has(change.table.name)
  if (change.change === 'removeTable') return !tables.has(change.table)
  if (change.change === 'renameTable') return !tables.has(change.table) && tables.has(change.to)
  const table = tables.get(change.table)
  if (!table) return false
  const column = (name: string) => table.columns.find((candidate) => candidate.name === name)
  switch (change.change) {
    case 'addColumn':
      return column(change.column.name) !== undefined
    case 'removeColumn':
      return column(change.column) === undefined
    case 'renameColumn':
      return column(change.column) === undefined && column(change.to) !== undefined
    case 'changeColumn': {
      const now = column(change.column.name)
      return now?.kind === change.column.kind && now.nullable === change.column.nullable
    }
    case 'addIndex':
      return table.indexes.some((index) => sameIndex(index, change.index))
    case 'removeIndex':
      return !table.indexes.some((index) => sameIndex(index, change.index))
  }
}

/** The name of the table that a change is about. */
export const tableOf = ({ table }: Change): string => (typeof table === 'string' ? table : table.name)

/** A change in words, for plans and errors. */
export function changeText(change: Change): string {
  switch (change.change) {
    case 'addTable':
      return `new entity ${change.table.name}`
    case 'removeTable':
      return `removed entity ${change.table}`
    case 'renameTable':
      return `entity ${change.table} renamed to ${change.to}`
    case 'addColumn':
      return `new field ${change.table}.${change.column.name}`
    case 'removeColumn':
      return `removed field ${change.table}.${change.column}`
    case 'renameColumn':
      return `field ${change.table}.${change.column} renamed to ${change.to}`
    case 'changeColumn':
      return `changed field ${change.table}.${change.column.name}: ${columnText(change.before)} → ${columnText(change.column)}`
    case 'addIndex':
      return `new ${indexText(change.index)} on ${change.table}`
    case 'removeIndex':
      return `removed ${indexText(change.index)} on ${change.table}`
  }
}

const columnText = ({ kind, nullable }: Column) => (nullable ? `optional ${kind}` : kind)
const indexText = ({ columns, unique }: Index) => `${unique ? 'unique ' : ''}index (${columns.join(', ')})`
