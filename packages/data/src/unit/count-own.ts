import type { Key } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { Condition } from '../filter/condition.ts'
import { matches } from '../filter/matches.ts'
import type { RecordState } from './record-state.ts'

/** A filter that leaves out the records with some keys. */
export function without(column: string, keys: readonly Key[], where: Condition | undefined): Condition | undefined {
  if (keys.length === 0) return where
  const others: Condition = { kind: 'not', condition: { kind: 'in', column, values: keys } }
  return where ? { kind: 'and', conditions: [where, others] } : others
}

/** How many of the records that a unit wrote pass a filter. */
export function countOwn({ table }: AnyEntity, where: Condition | undefined, written: Iterable<RecordState>): number {
  const columnIndex = new Map(table.columns.map(({ name }, index) => [name, index]))
  let count = 0
  for (const { record, values } of written) {
    if (!record || !values) continue
    if (!where || matches(where, (column) => values[columnIndex.get(column)!]!)) count++
  }
  return count
}
