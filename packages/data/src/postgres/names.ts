import { createHash } from 'node:crypto'
import type { ColumnKind, Index } from '../database/table.ts'
import { quote as quoteWhole } from '../sql/names.ts'

/** PostgreSQL cuts names silently behind so many bytes. */
const longestBytes = 63

/** A name as PostgreSQL keeps it whole: a long one is cut, and told apart by a hash. */
export function shortName(name: string): string {
  if (Buffer.byteLength(name) <= longestBytes) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12)
  // A character that the cut splits becomes U+FFFD, which is three bytes.
  const beginning = Buffer.from(name)
    .subarray(0, longestBytes - 16)
    .toString()
  return `${beginning.replace(/\u{fffd}$/u, '')}~${hash}`
}

/** A name in SQL. */
export const quote = (name: string) => quoteWhole(shortName(name))

/** The name of an index. */
export const indexName = (table: string, { columns, unique, acrossTenants, sparse }: Index) =>
  shortName(
    [
      table,
      ...columns,
      ...(unique ? ['unique'] : []),
      ...(acrossTenants ? ['all'] : []),
      ...(sparse ? ['sparse'] : []),
    ].join('/'),
  )

/** PostgreSQL's types of the kinds. Whole numbers and times are 64 bits, and arrive as JavaScript's numbers. */
export const columnTypes: Record<ColumnKind, string> = {
  text: 'text',
  integer: 'bigint',
  real: 'double precision',
  boolean: 'boolean',
  time: 'bigint',
  bigint: 'bigint',
  json: 'text',
}

/** The type of a column where it is declared: text is ordered by code point, as everywhere in Heddle. */
export const declaredType = (kind: ColumnKind) =>
  columnTypes[kind] === 'text' ? 'text COLLATE "C"' : columnTypes[kind]

/** Numbers that grow with each commit: the versions of records. */
export const versionsName = '_versions'
/** The table of one row that holds the offset of the newest event. */
export const offsetsName = '_offsets'
/** The table that holds the format of the system tables. */
export const formatName = '_format'
