import type { ColumnKind, Index } from '../database/table.ts'

/** The columns that every table has besides the entity's fields. */
export const tenantColumn = '_tenant'
export const versionColumn = '_version'

/** A name in SQL. */
export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A text in SQL, for statements that take no parameters. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** The name of an index, in SQL. */
export const indexName = (table: string, { columns, unique, acrossTenants }: Index) =>
  quote([table, ...columns, ...(unique ? ['unique'] : []), ...(acrossTenants ? ['all'] : [])].join('/'))

/** Declared types, which set how SQLite converts: whole numbers stay numbers, text stays text. */
export const columnTypes: Record<ColumnKind, string> = {
  text: 'TEXT',
  integer: 'INTEGER',
  real: 'REAL',
  boolean: 'INTEGER',
  time: 'INTEGER',
  bigint: 'INTEGER',
  json: 'TEXT',
}
