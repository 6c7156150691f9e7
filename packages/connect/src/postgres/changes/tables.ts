import { systemFailure } from '@heddle/core'
import type { Client } from 'pg'
import { readRows } from '../client.ts'
import { formatTableName, parseTableName, quoteName, quoteTable, type TableName } from '../quote.ts'

/** A column that the log tells. */
export interface SourceColumn {
  readonly name: string
  readonly type: number
  /** Its type as SQL writes it, with its collation: what a key is compared as. */
  readonly cast: string
}

/** A table whose changes are read, as it is now. */
export interface SourceTable extends TableName {
  /** Schema and name, as records tell it. */
  readonly title: string
  /** As SQL names it; tables that inherit from it are others. */
  readonly sql: string
  readonly columns: readonly SourceColumn[]
  /** What its rows are known by, and copied in the order of; empty where nothing does. */
  readonly key: readonly string[]
  /** Whether the log tells whole old rows. */
  readonly tellsOld: boolean
  /** The files that hold it: others after it was emptied or rewritten. */
  readonly files: string
}

const tableSql = `
  SELECT c.oid, c.relkind, c.relpersistence, c.relreplident,
         (SELECT array_to_json(array_agg(k.attname ORDER BY i.place))::text
            FROM pg_catalog.pg_index x, unnest(x.indkey) WITH ORDINALITY i(attnum, place), pg_catalog.pg_attribute k
           WHERE x.indrelid = c.oid AND i.place <= x.indnkeyatts AND k.attrelid = c.oid AND k.attnum = i.attnum
             AND CASE c.relreplident WHEN 'i' THEN x.indisreplident ELSE x.indisprimary END) AS key,
         coalesce(
           (SELECT string_agg(pg_relation_filenode(p.relid)::text, ',' ORDER BY p.relid) FROM pg_partition_tree(c.oid) p),
           pg_relation_filenode(c.oid)::text) AS files
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = $2`

const columnsSql = `
  SELECT a.attname, a.atttypid, pg_catalog.format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attcollation <> 0 THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
   WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   ORDER BY a.attnum`

/**
 * Looks up a table, and whether its changes can be read.
 *
 * @throws {Failure} ChangesRefused
 */
export async function findTable(client: Client, title: string, where: string): Promise<SourceTable> {
  const name = parseTableName(title)
  const refused = (reason: string, advice: string) =>
    systemFailure('ChangesRefused', { where, reason: `${quoteTable(name)} ${reason}`, advice })
  const [found] = await readRows(client, tableSql, [name.schema, name.name])
  if (!found) throw refused('does not exist', 'Create the table, or correct its name.')
  const [oid, kind, persistence, identity, keyText, files] = found
  if (kind !== 'r' && kind !== 'p') throw refused('is no table', 'Name the tables below it.')
  if (persistence !== 'p') throw refused('is not logged', `Write ALTER TABLE ${quoteTable(name)} SET LOGGED.`)
  const key = keyText === null || keyText === undefined ? [] : (JSON.parse(keyText) as string[])
  if (identity === 'n' || (identity !== 'f' && key.length === 0)) {
    throw refused(
      'has nothing by which its rows are known, so that the server would refuse to change them',
      `Give it a primary key, or write ALTER TABLE ${quoteTable(name)} REPLICA IDENTITY FULL.`,
    )
  }
  const columns = (await readRows(client, columnsSql, [oid])).map(([column, type, written, collation]) => ({
    name: column!,
    type: Number(type),
    cast: `${written!}${collation ? ` COLLATE ${collation}` : ''}`,
  }))
  return {
    ...name,
    title: formatTableName(name),
    sql: `${kind === 'r' ? 'ONLY ' : ''}${quoteTable(name)}`,
    columns,
    key,
    tellsOld: identity === 'f',
    files: files ?? '',
  }
}

/** Columns as a position keeps them, to be compared. */
export const columnsText = (columns: readonly { readonly name: string; readonly type: number }[]): string =>
  columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(', ')
