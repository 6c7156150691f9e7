import type { Json } from '@heddle/core'
import { formatLsn, type Lsn } from './lsn.ts'
import type { Cell, OldRow } from './pgoutput.ts'
import type { ReadValue } from './values.ts'

/** A table, as its rows are read. */
export interface TableShape {
  /** Schema and name. */
  readonly title: string
  readonly names: readonly string[]
  readonly readers: readonly ReadValue[]
  /** The places of the columns by which rows are known; empty where nothing does. */
  readonly key: readonly number[]
}

/** A row as plain JSON. */
export type Row = Readonly<Record<string, Json>>

/** What a source gives, before it is in a batch. */
export interface ChangeRecord {
  readonly value: unknown
  readonly key: string | number | null
  readonly time: number
  readonly weight: 1 | -1
}

/** What happened to a row, or to all of them. */
export interface RowChange {
  readonly table: string
  readonly kind: 'insert' | 'update' | 'delete' | 'truncate'
  /** The row before; only the columns that it is known by, where the log tells no more. */
  readonly before?: Row
  readonly after?: Row
  /** Large values that the log does not tell because they are as before. */
  readonly unchanged?: readonly string[]
  /** Where its transaction was committed; null for a row that was copied. */
  readonly lsn: string | null
  /** When, in ISO 8601; null for a row that was copied. */
  readonly committedAt: string | null
}

/** A commit: where and when. */
export interface CommitFacts {
  readonly lsn: Lsn
  readonly micros: bigint
}

/** ISO 8601 with all the digits that the server has. */
export const microsText = (micros: bigint): string =>
  `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${(micros % 1000n).toString().padStart(3, '0')}Z`

/** The columns of a row that are told. */
export function rowOf({ names, readers }: TableShape, cells: readonly Cell[]): Row {
  const row: Record<string, Json> = {}
  for (let at = 0; at < names.length; at++) {
    const cell = cells[at]
    if (cell !== undefined) row[names[at]!] = cell === null ? null : readers[at]!(cell)
  }
  return row
}

/** The old row as far as it is told: what only fills the place of an untold column is left out. */
export const oldRowOf = (shape: TableShape, { isWhole, cells }: OldRow): Row =>
  rowOf(shape, isWhole ? cells : cells.map((cell, at) => (shape.key.includes(at) ? cell : undefined)))

/** The new row, with what the old one tells of large values that were not changed. */
export const merged = (after: readonly Cell[], before: OldRow | undefined): readonly Cell[] =>
  before?.isWhole && after.includes(undefined)
    ? after.map((cell, at) => (cell === undefined ? before.cells[at] : cell))
    : after

/** What rows are known by: a value, several as JSON text, null where nothing does. */
export function keyOf({ key, readers }: TableShape, cells: readonly Cell[]): string | number | null {
  const values = key.map((at) => {
    const cell = cells[at]
    return cell === null || cell === undefined ? null : readers[at]!(cell)
  })
  const [only] = values
  if (values.length === 1 && (typeof only === 'string' || typeof only === 'number')) return only
  return values.length === 0 ? null : JSON.stringify(values)
}

/** A change as a record. */
export function changeRecord(
  shape: TableShape,
  kind: RowChange['kind'],
  rows: { readonly before?: OldRow; readonly after?: readonly Cell[] },
  commit: CommitFacts | undefined,
  time: number,
): ChangeRecord {
  const { before, after } = rows
  const unchanged = after?.includes(undefined) ? shape.names.filter((_, at) => after[at] === undefined) : undefined
  const value: RowChange = {
    table: shape.title,
    kind,
    ...(before && { before: oldRowOf(shape, before) }),
    ...(after && { after: rowOf(shape, after) }),
    ...(unchanged && { unchanged }),
    lsn: commit ? formatLsn(commit.lsn) : null,
    committedAt: commit ? microsText(commit.micros) : null,
  }
  const keyed = after ?? before?.cells
  return { value, key: keyed ? keyOf(shape, keyed) : null, time, weight: 1 }
}

/** A row that is there, or no longer. */
export const rowRecord = (shape: TableShape, cells: readonly Cell[], time: number, weight: 1 | -1): ChangeRecord => ({
  value: rowOf(shape, cells),
  key: keyOf(shape, cells),
  time,
  weight,
})
