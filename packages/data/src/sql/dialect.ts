import type { Column, ColumnKind, Index, Table, Value } from '../database/table.ts'

/** SQL and its parameters, in their order. */
export interface SqlText {
  readonly sql: string
  readonly parameters: readonly Value[]
}

/** In what the SQL of engines differs where a page is asked for. */
export interface PageDialect {
  readonly always: string
  readonly never: string
  /** The name of a table, a column or an index in SQL. */
  quote(name: string): string
  /** The place of a parameter, counted from 1, that is compared with values of a column. */
  parameter(number: number, column: Column, value: Value): string
  /** A query of the elements of a JSON list that is a parameter: values of a text or integer column. */
  elements(place: string, column: Column): string
  /** Equality that takes missing values for equal. */
  isSame(left: string, right: string): string
  /** A column in an order in which missing values are the least. */
  ordered(column: Column, isKey: boolean, descending: boolean): string
}

/** In what the SQL of engines differs, as far as Heddle's own statements go. */
export interface SqlDialect extends PageDialect {
  /** The type with which a column is declared. */
  columnType(kind: ColumnKind): string
  /** The name of an index, in SQL. */
  indexName(table: string, index: Index): string
  createTable(table: Table): string
  createIndex(table: string, key: string, index: Index): string
  /** Turns the values of a column into those of another kind. */
  changeKind(table: string, before: Column, column: Column): readonly string[]
  /** What is left of a number that is whole and not negative. */
  remainder(column: string, of: number): string
  /** A value in SQL, for statements that take no parameters. */
  literal(value: string | number | boolean): string
}
