import type { Client } from 'pg'
import { readRows } from '../client.ts'
import type { TableName } from '../quote.ts'
import type { ColumnForm } from './column-text.ts'

const columnsSql = `
  SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), b.typcategory, b.oid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
   WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   ORDER BY a.attnum`

/** The columns of a table that can be written; none where there is no such table. */
export async function tableColumns(
  client: Client,
  { schema, name }: TableName,
): Promise<ReadonlyMap<string, ColumnForm>> {
  const rows = await readRows(client, columnsSql, [schema, name])
  return new Map(
    rows.map(([column, type, category, oid]) => {
      const isJson = oid === '114' || oid === '3802'
      const form = isJson ? 'json' : category === 'A' ? 'array' : oid === '17' ? 'bytes' : 'plain'
      return [column!, { type: type!, form }]
    }),
  )
}
