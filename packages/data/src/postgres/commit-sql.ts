import type { Guard } from '../database/guard.ts'
import type { RowChange } from '../database/row-change.ts'
import type { Table } from '../database/table.ts'
import { tenantColumn, versionColumn } from '../sql/names.ts'
import { type Broken, brokenText } from './broken.ts'
import { columnTypes, quote, versionsName } from './names.ts'

/**
 * The statements that write one table. Each takes a list per column, so that one statement does the same to the rows of
 * many units, and each fails when one of its rows is not what it was to be: see `brokenText`.
 */
export interface CommitSql {
  /** Locks rows in key order against other processes, so that two never wait in a circle. Tenants, keys. */
  readonly lockToWrite: string
  readonly lockToRead: string
  /** Tenants, keys, places, versions. */
  readonly check: string
  /** Tenants, keys, places: takes the keys for a moment, so that nobody else does. */
  readonly checkAbsent: string
  /** Tenants, keys: gives the keys back. */
  readonly freeAbsent: string
  /** Tenants, keys, places, versions. */
  readonly delete: string
  /** Tenants, keys, places, versions, then a list per column. */
  readonly update: string
  /** Tenants, then a list per column. */
  readonly insert: string
  readonly put: string
}

const known = new WeakMap<Table, CommitSql>()

/** The SQL that writes a table, made once. */
export function commitSql(table: Table): CommitSql {
  let sql = known.get(table)
  if (!sql) known.set(table, (sql = makeCommitSql(table)))
  return sql
}

/**
 * A statement whose rows x must all be in its w. Parameters 1 and 3 are the rows' tenants and places.
 *
 * @param wanted the lists that x is made of, and its columns
 * @param done what finds or changes the rows, and returns their numbers as i
 * @param first what is done before that
 */
function asserted(kind: Broken['kind'], wanted: string, done: string, first = ''): string {
  return `WITH x AS MATERIALIZED (SELECT * FROM unnest(${wanted}), ${first} w AS (${done})
    SELECT CASE WHEN (SELECT count(*) FROM w) < cardinality($1::text[]) THEN (
      SELECT '${brokenText(kind)}' || string_agg(DISTINCT x.u, ',') FROM x WHERE x.i NOT IN (SELECT i FROM w)
    )::integer END`
}

function makeCommitSql({ name, key: keyName, columns }: Table): CommitSql {
  const table = quote(name)
  const key = quote(keyName)
  const keyType = columnTypes[columns.find((column) => column.name === keyName)!.kind]
  const version = `(SELECT nextval('"${versionsName}"'))`
  const others = columns.filter((column) => column.name !== keyName)
  const isRow = `r.${tenantColumn} = x.t AND r.${key} = x.k`

  const lock = (strength: string) => `
    SELECT FROM ${table} r JOIN unnest($1::text[], $2::${keyType}[]) AS x(t, k) ON ${isRow}
    ORDER BY r.${tenantColumn}, r.${key} FOR ${strength} OF r`
  const rows = `$1::text[], $2::${keyType}[], $3::text[]`
  const versions = `${rows}, $4::bigint[]) WITH ORDINALITY AS x(t, k, u, v, i)`

  const values = others.map((column, index) => `$${index + 5}::${columnTypes[column.kind]}[]`)
  const fields = others.map((_column, index) => `c${index}`)
  const updated = `${[rows, '$4::bigint[]', ...values].join(', ')}) WITH ORDINALITY AS x(${['t', 'k', 'u', 'v', ...fields, 'i'].join(', ')})`
  const assigned = [
    `${versionColumn} = ${version}`,
    ...others.map((column, index) => `${quote(column.name)} = x.c${index}`),
  ].join(', ')

  const inserted = columns.map((column, index) => `$${index + 2}::${columnTypes[column.kind]}[]`)
  const names = columns.map((column) => quote(column.name))
  const insert = `
    INSERT INTO ${table} (${[versionColumn, tenantColumn, ...names].join(', ')})
    SELECT ${version}, x.* FROM unnest(${['$1::text[]', ...inserted].join(', ')}) AS x(${[tenantColumn, ...names].join(', ')})
    ORDER BY x.${tenantColumn}, x.${key}`
  const replaced = [versionColumn, ...others.map((column) => quote(column.name))]
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')

  return {
    lockToWrite: lock('NO KEY UPDATE'),
    lockToRead: lock('SHARE'),
    check: asserted(
      'lost',
      versions,
      `SELECT x.i FROM x JOIN ${table} r ON ${isRow} AND r.${versionColumn} = x.v FOR SHARE OF r`,
    ),
    checkAbsent: asserted(
      'lost',
      `${rows}) WITH ORDINALITY AS x(t, k, u, i)`,
      `SELECT x.i FROM x JOIN a ON a.t = x.t AND a.k = x.k`,
      `a AS (
        INSERT INTO ${table} (${versionColumn}, ${tenantColumn}, ${key})
        SELECT DISTINCT 0, x.t, x.k FROM x ORDER BY x.t, x.k
        ON CONFLICT DO NOTHING RETURNING ${tenantColumn} AS t, ${key} AS k
      ),`,
    ),
    freeAbsent: `DELETE FROM ${table} r USING unnest($1::text[], $2::${keyType}[]) AS x(t, k)
      WHERE ${isRow} AND r.${versionColumn} = 0`,
    delete: asserted(
      'lost',
      versions,
      `DELETE FROM ${table} r USING x WHERE ${isRow} AND r.${versionColumn} = x.v RETURNING x.i`,
    ),
    update: asserted(
      'lost',
      updated,
      `UPDATE ${table} r SET ${assigned} FROM x WHERE ${isRow} AND r.${versionColumn} = x.v RETURNING x.i`,
    ),
    insert,
    put: `${insert} ON CONFLICT (${tenantColumn}, ${key}) DO UPDATE SET ${replaced}`,
  }
}

const changes = new WeakMap<readonly string[], { readonly table: Table; readonly by: string; readonly sql: string }>()

/**
 * The statement of changes of one table and list of columns: tenants, keys, places, the values that must stand there, then
 * a list per column.
 */
export function changeSql({ table, columns, where }: RowChange): string {
  const made = changes.get(columns)
  if (made?.table === table && made.by === where.column) return made.sql
  const typeOf = (name: string) => columnTypes[table.columns.find((column) => column.name === name)!.kind]
  const lists = [where.column, ...columns].map((name, index) => `$${index + 4}::${typeOf(name)}[]`)
  const fields = columns.map((_name, index) => `c${index}`)
  const assigned = columns.map((name, index) => `${quote(name)} = x.c${index}`)
  const sql = asserted(
    'lost',
    `$1::text[], $2::${typeOf(table.key)}[], $3::text[], ${lists.join(', ')}) WITH ORDINALITY AS x(${['t', 'k', 'u', 'w', ...fields, 'i'].join(', ')})`,
    `UPDATE ${quote(table.name)} r SET ${[`${versionColumn} = (SELECT nextval('"${versionsName}"'))`, ...assigned].join(', ')} FROM x
      WHERE r.${tenantColumn} = x.t AND r.${quote(table.key)} = x.k AND r.${quote(where.column)} = x.w RETURNING x.i`,
  )
  changes.set(columns, { table, by: where.column, sql })
  return sql
}

/**
 * The statement of guards of one kind, table and column: tenants, values, places. A record that must be present is kept
 * from being removed until the commit is over.
 */
export function guardSql(guard: Guard): string {
  const isPresent = guard.kind === 'present'
  const name = isPresent ? guard.table.key : guard.column
  const { kind } = guard.table.columns.find((column) => column.name === name)!
  const isRow = `r.${tenantColumn} = x.t AND r.${quote(name)} = x.k`
  return asserted(
    'guard',
    `$1::text[], $2::${columnTypes[kind]}[], $3::text[]) WITH ORDINALITY AS x(t, k, u, i)`,
    isPresent
      ? `SELECT x.i FROM x JOIN ${quote(guard.table.name)} r ON ${isRow} ORDER BY x.t, x.k FOR KEY SHARE OF r`
      : `SELECT x.i FROM x WHERE NOT EXISTS (SELECT FROM ${quote(guard.table.name)} r WHERE ${isRow})`,
  )
}

/** The statement of fences: tenants, names, places, tokens. Whoever takes such a lease waits until the commit is over. */
export const fenceSql = asserted(
  'fence',
  '$1::text[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS x(t, k, u, v, i)',
  `SELECT x.i FROM x JOIN "heddle.Lease" r ON r.${tenantColumn} = x.t AND r.name = x.k AND r.token = x.v
    AND r.holder IS NOT NULL ORDER BY x.t, x.k FOR SHARE OF r`,
)
