import type { PageQuery } from '../database/database.ts'
import type { Condition } from '../filter/condition.ts'

/**
 * Whether SQLite finds a page by an index alone: everything that is filtered by is looked up in it, and it is in the
 * page's order. Then the page costs as much as it holds, however large the table, and the calling thread can read it.
 *
 * @param plan the lines of EXPLAIN QUERY PLAN
 */
export function isBounded(plan: readonly string[], { where, order, after }: PageQuery): boolean {
  const [line = ''] = plan
  if (plan.length !== 1 || !line.startsWith('SEARCH')) return false
  const columns = where ? columnsOf(where) : []
  if (!columns) return false
  const constraints = line.slice(line.lastIndexOf(' ('))
  const wanted = after ? [...columns, order[0]!.column] : columns
  return wanted.every((column) => new RegExp(`\\b${column}\\b`).test(constraints))
}

/** Columns of a filter that is one list of comparisons; undefined for any other. */
function columnsOf(condition: Condition): string[] | undefined {
  if (condition.kind === 'not' || condition.kind === 'or') return undefined
  if (!('conditions' in condition)) return [condition.column]
  const columns = condition.conditions.map(columnsOf)
  return columns.includes(undefined) ? undefined : columns.flatMap((names) => names!)
}
