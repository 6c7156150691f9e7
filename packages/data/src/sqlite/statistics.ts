/**
 * Statistics for SQLite's planner, made up instead of measured.
 *
 * Every key and index begins with the tenant. A planner that knows nothing takes each further column for hardly better
 * than the tenant alone, and reads a whole tenant where an index would find ten rows. So it is told, in the table that
 * ANALYZE fills, that there is one tenant with a million rows and that each further column narrows them down. Plans then
 * depend on the tables alone and never change while an app runs.
 */
import type { Table } from '../database/table.ts'
import type { Tables } from '../migration/change.ts'
import { literal } from '../sql/names.ts'
import { indexName } from './names.ts'

const rows = 1_000_000
/** By how much each column behind the tenant narrows down, and how many rows it leaves at least. */
const narrowing = 100
const leastRows = 10

/** The statements that bring the statistics from one set of tables to another. */
export function statisticsSql(before: Tables, after: Tables): string[] {
  const changed = [...after.values()].filter((table) => before.get(table.name) !== table)
  const gone = [...before.keys()].filter((name) => !after.has(name))
  const forget = [...gone, ...changed.map(({ name }) => name)].map(
    (name) => `DELETE FROM sqlite_stat1 WHERE tbl = ${literal(name)}`,
  )
  return [...forget, ...changed.map(insertSql)]
}

function insertSql({ name, indexes }: Table): string {
  // The key of a table without row numbers goes by the name of the table.
  const lines = [[name, `${rows} ${rows} 1`]]
  for (const index of indexes) {
    const left = index.columns.map((_, position) => Math.max(leastRows, rows / narrowing ** (position + 1)))
    if (index.unique) left[left.length - 1] = 1
    lines.push([indexName(name, index).slice(1, -1), [rows, ...(index.acrossTenants ? [] : [rows]), ...left].join(' ')])
  }
  const values = lines.map(([index, numbers]) => `(${literal(name)}, ${literal(index!)}, ${literal(numbers!)})`)
  return `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ${values.join(', ')}`
}
