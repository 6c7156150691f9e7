/** How a column is kept. A time is milliseconds since 1970; json is text. */
export type ColumnKind = 'text' | 'integer' | 'real' | 'boolean' | 'time' | 'bigint' | 'json'

/** A value between units of work and a driver. Kinds map to: text, json: string; integer, real, time: number; boolean; bigint. */
export type Value = null | string | number | boolean | bigint

/** The value of a key column. */
export type Key = string | number

/** One field of a record, as a database keeps it. */
export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  /** Whether a record may lack it. Records are checked before they are written; the database does not check again. */
  readonly nullable: boolean
  /** Its JSON is encrypted on the way into the database, where there is a value. */
  readonly encrypted?: boolean
}

/** Columns by which records are found fast, and perhaps only once. */
export interface Index {
  readonly columns: readonly string[]
  readonly unique: boolean
  /** Does not begin with the tenant: for upkeep, which removes old rows of all tenants. */
  readonly acrossTenants?: boolean
  /** Leaves out the rows that have no value in its first column: it costs nothing where that is rare. */
  readonly sparse?: boolean
}

/**
 * The shape of one entity's records. Every driver adds the tenant, which is the first part of every key and index, and
 * the version, which grows with each commit.
 */
export interface Table {
  readonly name: string
  /** Name of the key column. */
  readonly key: string
  readonly columns: readonly Column[]
  readonly indexes: readonly Index[]
  /** The key is a number that only grows and that no two tenants share, so rows are only ever added at the end. */
  readonly growing?: boolean
}

/** A stored record: its version, then a value per column of the table. */
export type Row = readonly [version: number, ...values: Value[]]
