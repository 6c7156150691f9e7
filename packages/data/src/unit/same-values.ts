import type { Table, Value } from '../database/table.ts'
import type { Condition } from '../filter/condition.ts'

/** Finds the records with the same values in these columns; undefined where one is missing, which equals nothing. */
export function sameValues(table: Table, columns: readonly string[], values: readonly Value[]): Condition | undefined {
  const conditions: Condition[] = []
  for (const column of columns) {
    const value = values[table.columns.findIndex(({ name }) => name === column)]!
    if (value === null) return undefined
    conditions.push({ kind: 'compare', column, by: 'eq', value })
  }
  return { kind: 'and', conditions }
}
