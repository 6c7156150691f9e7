import type { RowKey } from './row-key.ts'

/**
 * Whether a result leaves the row that stands alone: the row shows the newest of many windows, and the result is of an older
 * one, e.g. because a late record changed it.
 *
 * @param standing the value or row that stands, undefined where none does
 */
export const isOutdated = (how: RowKey, value: unknown, standing: unknown): boolean =>
  isOfNewest(how) && isOlderWindow(value, standing)

/**
 * Whether a key has one row for many windows.
 *
 * @param names its fields
 * @param told those by which the step before tells its results apart
 */
export const leavesOutWindow = (names: readonly string[], told: readonly string[] | undefined): boolean =>
  told?.includes('start') === true && !names.includes('start')

/** Whether a row shows the newest of many windows. */
export const isOfNewest = (how: RowKey): boolean => 'isOfNewest' in how && how.isOfNewest === true

/** Whether a result is of an older window than another one. */
export function isOlderWindow(value: unknown, other: unknown): boolean {
  const [start, otherStart] = [startOf(value), startOf(other)]
  return start !== undefined && otherStart !== undefined && start < otherStart
}

/** When the window of a result began, in milliseconds; undefined where it is of none. */
function startOf(value: unknown): number | undefined {
  const start = typeof value === 'object' && value !== null && 'start' in value ? value.start : undefined
  if (start instanceof Date) return start.getTime()
  return typeof start === 'number' ? start : undefined
}
