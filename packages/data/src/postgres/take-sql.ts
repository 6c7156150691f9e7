import type { Take } from '../database/database.ts'
import { tenantColumn, versionColumn } from '../sql/names.ts'
import { pageSql } from '../sql/page-sql.ts'
import { postgresDialect } from './dialect.ts'
import { columnTypes, quote, versionsName } from './names.ts'
import type { Statement } from './statement.ts'
import { tableSql } from './table-sql.ts'
import { type Parameter, toParameter } from './values.ts'

/**
 * One statement that takes rows: what others have locked is skipped (`FOR UPDATE SKIP LOCKED`), and the leases of whoever
 * takes are locked against being taken until it is over. The last value of a row is its place.
 */
export function takeStatement({ table, where, order, limit, set, counted, fences }: Take): Statement {
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
  const key = quote(table.key)
  return {
    sql: `WITH ${held.join(' ')} x AS MATERIALIZED (
      SELECT ${tenantColumn} AS _t, ${key} AS _k FROM ${quote(table.name)} WHERE TRUE${hold}${page.sql} FOR UPDATE SKIP LOCKED
    ), n AS (SELECT _t, _k, row_number() OVER () AS _i FROM x)
    UPDATE ${quote(table.name)} r SET ${versionColumn} = (SELECT nextval('"${versionsName}"')), ${assigned.join(', ')},
      ${quote(counted)} = coalesce(r.${quote(counted)}, 0) + 1
    FROM n WHERE r.${tenantColumn} = n._t AND r.${key} = n._k RETURNING ${tableSql(table).returned}, n._i`,
    values,
  }
}
