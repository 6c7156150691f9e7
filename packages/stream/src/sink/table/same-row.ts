import type { AnyEntity, Value } from '@heddle/data'
import { isSame } from '../../aggregates/compare-values.ts'
import type { RowRecord } from './row-change.ts'

/** Whether two records, or other values, are the same all through: a field that is missing is not one that is null. */
export function isSameRecord(left: unknown, right: unknown): boolean {
  if (!isPlain(left) || !isPlain(right)) return isSame(left, right)
  for (const name in left) if (!isSameField(left[name], right[name])) return false
  for (const name in right) if (right[name] !== undefined && left[name] === undefined) return false
  return true
}

/** Whether two rows are the same: a column that is missing is one that is null. */
export function isSameRow({ fieldTypes }: AnyEntity, left: RowRecord, right: RowRecord): boolean {
  for (let at = 0; at < fieldTypes.length; at++) {
    const { name } = fieldTypes[at]!.column
    if (!isSame(left[name], right[name])) return false
  }
  return true
}

/**
 * Whether what is stored in the columns of a table is the same. What a column keeps as JSON is compared as that: a time in it comes
 * back as a text or a number.
 */
export function isSameStored({ fieldTypes }: AnyEntity, left: readonly Value[], right: readonly Value[]): boolean {
  return fieldTypes.every(({ column }, at) => {
    const [one, other] = [left[at]!, right[at]!]
    if (one === other) return true
    if (column.kind !== 'json' || typeof one !== 'string' || typeof other !== 'string') return isSame(one, other)
    return isSame(JSON.parse(one), JSON.parse(other))
  })
}

/**
 * Whether a row is what is stored in the columns of a table.
 *
 * @param fault says of a row whether it fits the table: what does not was never stored
 */
export function isStoredAs(
  entity: AnyEntity,
  fault: (row: RowRecord) => string | undefined,
  stored: readonly Value[],
): (row: RowRecord) => boolean {
  const { fieldTypes } = entity
  const hasJson = fieldTypes.some(({ column }) => column.kind === 'json')
  return (row) => {
    // Most rows that differ need not be written as they are stored to see that.
    for (let at = 0; at < fieldTypes.length; at++) {
      const { name, kind } = fieldTypes[at]!.column
      const part = row[name]
      if (kind !== 'json' && !isSame(part instanceof Date ? part.getTime() : part, stored[at])) return false
    }
    if (!hasJson) return true
    const values = fault(row) === undefined ? valuesOf(entity, row) : undefined
    return values !== undefined && isSameStored(entity, values, stored)
  }
}

/** A row as it is stored; undefined for one that cannot be, so that it never was. */
export function valuesOf({ codec }: AnyEntity, row: RowRecord): Value[] | undefined {
  try {
    return codec.encode(row)
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined
    throw thrown
  }
}

const isSameField = (left: unknown, right: unknown): boolean =>
  left === right || (left !== undefined && right !== undefined && isSame(left, right))

const isPlain = (value: unknown): value is RowRecord =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
