import type { ColumnKind, Index } from '../database/table.ts'
import { quote } from '../sql/names.ts'

/** The name of an index, in SQL. */
export const indexName = (table: string, { columns, unique, acrossTenants, sparse }: Index) =>
  quote(
    [
      table,
      ...columns,
      ...(unique ? ['unique'] : []),
      ...(acrossTenants ? ['all'] : []),
      ...(sparse ? ['sparse'] : []),
    ].join('/'),
  )

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
