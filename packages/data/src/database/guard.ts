import type { Key, Table } from './table.ts'

/**
 * What must hold once a commit's writes are in, whoever commits at the same time: a record is there (in whatever
 * version), or no record of a table has a value in a column. Foreign keys are made of the two. An engine that runs
 * commits side by side locks a record that must be present against removal (`FOR KEY SHARE`); whoever removes it then
 * waits, and sees what refers to it.
 */
export type Guard =
  | { readonly kind: 'present'; readonly table: Table; readonly key: Key }
  | { readonly kind: 'unreferenced'; readonly table: Table; readonly column: string; readonly value: Key }
