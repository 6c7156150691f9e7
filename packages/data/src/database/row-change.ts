import type { Key, Table, Value } from './table.ts'

/** A column, and what stands in it. */
export interface ColumnValue {
  readonly column: string
  readonly value: Exclude<Value, null>
}

/**
 * Sets some columns of one record, whatever its version, as long as another column has a value: for who put a mark on the
 * record and need not have read what others changed of it since. Without that record the commit is a conflict. What is not
 * set is not written either, nor are the indexes on it. None of the columns may be encrypted.
 */
export interface RowChange {
  readonly table: Table
  readonly key: Key
  /** The same list each time: the statement is kept by it. */
  readonly columns: readonly string[]
  readonly values: readonly Value[]
  readonly where: ColumnValue
}
