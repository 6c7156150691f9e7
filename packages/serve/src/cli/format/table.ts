import type { Json } from '@heddle/core'
import { plain } from './plain.ts'
import { cut, pad, widthOf } from './width.ts'

/** A record as a row of a table: a cell per field. */
export type TableRow = Readonly<Record<string, Json | undefined>>

const gap = 2
const narrowest = 6

/** The columns of a table: where each stands and how wide it is. */
export interface Columns {
  readonly names: readonly string[]
  readonly widths: readonly number[]
  readonly isNumber: readonly boolean[]
  /** Whether wider cells are cut, as a terminal wants; a file keeps them whole. */
  readonly isCut: boolean
}

/**
 * Chooses columns from rows: as wide as their widest cell, narrowed from the widest on until they fit. Columns of lists
 * and objects, which few read in a table, give way first.
 */
export function columnsOf(
  rows: readonly TableRow[],
  width = Infinity,
  names: readonly string[] = namesOf(rows),
): Columns {
  const isNumber = names.map(
    (name) => rows.every((row) => isNumeric(row[name])) && rows.some((row) => row[name] != null),
  )
  const widths = names.map((name) =>
    rows.reduce((most, row) => Math.max(most, widthOf(plain(row[name]))), widthOf(name)),
  )
  let excess = widths.reduce((sum, each) => sum + each, 0) + gap * Math.max(0, names.length - 1) - width
  const isNested = names.map((name) => rows.some((row) => typeof row[name] === 'object' && row[name] !== null))
  for (const isTurn of [(column: number) => isNested[column]!, () => true]) {
    while (excess > 0) {
      const widest = widths.reduce((most, each, at) => (isTurn(at) && each > (widths[most] ?? 0) ? at : most), -1)
      if (widest < 0 || widths[widest]! <= narrowest) break
      widths[widest]!--
      excess--
    }
  }
  return { names, widths, isNumber, isCut: width < Infinity }
}

/** Names of the columns, as a head. */
export const formatHead = (columns: Columns): string => formatLine(columns.names, columns)

/** A row under a head. */
export const formatRow = (row: TableRow, columns: Columns): string =>
  formatLine(
    columns.names.map((name) => plain(row[name])),
    columns,
  )

/**
 * Records as a table: numbers stand on the right, cells are cut so that a line fits the terminal.
 *
 * @param width columns of the terminal; lines are not cut when it is missing
 */
export function formatTable(
  rows: readonly TableRow[],
  { width, names }: { width?: number; names?: readonly string[] } = {},
): string[] {
  const columns = columnsOf(rows, width, names)
  return [formatHead(columns), ...rows.map((row) => formatRow(row, columns))]
}

function formatLine(cells: readonly string[], { widths, isNumber, isCut }: Columns): string {
  return cells
    .map((cell, index) => {
      const width = widths[index]!
      return pad(isCut ? cut(cell, width) : cell, width, isNumber[index] ? 'left' : 'right')
    })
    .join(' '.repeat(gap))
    .trimEnd()
}

function namesOf(rows: readonly TableRow[]): string[] {
  const names = new Set<string>()
  for (const row of rows) for (const name of Object.keys(row)) names.add(name)
  return [...names]
}

const isNumeric = (value: Json | undefined) => value === null || value === undefined || typeof value === 'number'
