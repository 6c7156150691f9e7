import type { Take, TakenRow } from '../database/database.ts'
import type { Value } from '../database/table.ts'
import { tenantColumn, versionColumn } from '../sql/names.ts'
import { pageSql } from '../sql/page-sql.ts'
import { postgresDialect } from './dialect.ts'
import { columnTypes, quote, versionsName } from './names.ts'
import type { Statement } from './statement.ts'
import { tableSql } from './table-sql.ts'
import { type Parameter, toParameter } from './values.ts'

/**
 * One statement that takes rows: what others have locked is skipped (`FOR UPDATE SKIP LOCKED`), and the leases of whoever
 * takes are locked against being taken until it is over. Behind a row stand its tenant,
 * its place, and what was asked of it as it was before.
 */
export function takeStatement({ table, where, order, limit, set, counted, before, fences }: Take): Statement {
  const values: Parameter[] = []
  const bind = (value: Parameter, type: string) => `$${values.push(value)}::${type}`
  const held = fences.map(
    ({ tenant, name, token }, index) => `f${index} AS MATERIALIZED (
      SELECT FROM "heddle.Lease" WHERE ${tenantColumn} = ${bind(toParameter(tenant), 'text')}
        AND name = ${bind(toParameter(name), 'text')} AND token = ${bind(token, 'bigint')} AND holder IS NOT NULL FOR SHARE),`,
  )
  const page = pageSql(postgresDialect, table, { where, order, after: undefined, limit }, values.length)
  values.push(...page.parameters.map(toParameter))
  // The page's SQL begins with what is to hold, and goes on with the order.
  const hold = fences.map((_fence, index) => ` AND EXISTS (SELECT FROM f${index})`).join('')
  const kindOf = new Map(table.columns.map(({ name, kind }) => [name, columnTypes[kind]]))
  const assigned = Object.entries(set).map(
    ([column, value]) => `${quote(column)} = ${bind(toParameter(value), kindOf.get(column)!)}`,
  )
  if (counted !== undefined) assigned.push(`${quote(counted)} = coalesce(r.${quote(counted)}, 0) + 1`)
  const key = quote(table.key)
  const was = before === undefined ? '' : `, ${quote(before)} AS _b`
  return {
    sql: `WITH ${held.join(' ')} x AS MATERIALIZED (
      SELECT ${tenantColumn} AS _t, ${key} AS _k${was} FROM ${quote(table.name)} WHERE TRUE${hold}${page.sql} FOR UPDATE SKIP LOCKED
    ), n AS (SELECT *, row_number() OVER () AS _i FROM x)
    UPDATE ${quote(table.name)} r SET ${versionColumn} = (SELECT nextval('"${versionsName}"')), ${assigned.join(', ')}
    FROM n WHERE r.${tenantColumn} = n._t AND r.${key} = n._k RETURNING ${tableSql(table).returned}, n._i${was && ', n._b'}`,
    values,
  }
}

/** The rows that the statement answers with, the first first. */
export function takenRows({ table }: Take, rows: readonly (readonly unknown[])[]): TakenRow[] {
  const tenantAt = table.columns.length + 1
  const { toRow } = tableSql(table)
  return rows
    .toSorted((left, right) => Number(left[tenantAt + 1]) - Number(right[tenantAt + 1]))
    .map((row) => ({
      tenant: row[tenantAt] as string,
      row: toRow(row.slice(0, tenantAt)),
      ...(row.length > tenantAt + 2 && { before: row[tenantAt + 2] as Value }),
    }))
}
