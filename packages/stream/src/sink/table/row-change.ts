import { isOlderWindow } from './window-order.ts'

/** A row by its columns. */
export type RowRecord = Readonly<Record<string, unknown>>

/**
 * What becomes of a row in an epoch, while it is not known what stands in the table. It gives what would come of it if each
 * record was written at once: so it does not matter where checkpoints fall.
 *
 * A record that is told replaces what stands, unless it is of an older window; one that is withdrawn takes away what stands if
 * that is the same.
 */
export interface RowChange {
  /** What stands at the end, if what was in the table was replaced or there was nothing; undefined where it goes. */
  row: RowRecord | undefined
  /** Of all that were told the one of the newest window: it replaced what is in the table, unless that is newer. */
  newest: RowRecord | undefined
  /** What was withdrawn and may be in the table, in this order. */
  withdrawn: Withdrawn[] | undefined
}

interface Withdrawn {
  readonly row: RowRecord
  /** What stands at the end, if this one was in the table. */
  after: RowRecord | undefined
}

/** How rows are compared. */
export interface RowRules {
  /** Whether a row shows the newest of many windows. */
  readonly isOfNewest: boolean
  isSame(left: RowRecord, right: RowRecord): boolean
}

export const noChange = (): RowChange => ({ row: undefined, newest: undefined, withdrawn: undefined })

/** Takes a row that is told. */
export function putRow(change: RowChange, row: RowRecord, { isOfNewest }: RowRules): void {
  if (!isOfNewest) {
    change.row = change.newest = row
    change.withdrawn = undefined
    return
  }
  if (!isOlderWindow(row, change.row)) change.row = row
  if (!isOlderWindow(row, change.newest)) change.newest = row
  for (const one of change.withdrawn ?? []) if (!isOlderWindow(row, one.after)) one.after = row
}

/** Takes a row that is withdrawn. */
export function withdrawRow(change: RowChange, row: RowRecord, { isOfNewest, isSame }: RowRules): void {
  if (change.row !== undefined && isSame(change.row, row)) change.row = undefined
  const { newest, withdrawn = [] } = change
  if (isOfNewest)
    for (const one of withdrawn) if (one.after !== undefined && isSame(one.after, row)) one.after = undefined
  // What is no newer than what was told is in the table no more.
  if (newest !== undefined && !(isOfNewest && isOlderWindow(newest, row))) return
  withdrawn.push({ row, after: undefined })
  change.withdrawn = withdrawn
}

/**
 * What stands at the end.
 *
 * @param standing what is in the table
 * @param isStanding whether a row is that one
 * @returns 'stays' where it is left alone
 */
export function endOf(
  { row, newest, withdrawn }: RowChange,
  standing: RowRecord,
  isStanding: (row: RowRecord) => boolean,
  { isOfNewest }: RowRules,
): RowRecord | undefined | 'stays' {
  const gone = withdrawn?.find((one) => isStanding(one.row))
  if (gone !== undefined) return gone.after
  return newest === undefined || (isOfNewest && isOlderWindow(newest, standing)) ? 'stays' : row
}
