import type { Column, Row, Value } from '@heddle/data'

/** A value as it is bound. */
export function bound(value: Value): string | number | Buffer | null {
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'bigint' ? `${value}` : value
}

/** A row as MySQL answers it: the version, then a value for each column. */
export function parseRow(columns: readonly Column[], [version, ...values]: readonly unknown[]): Row {
  const parsed = columns.map(({ kind }, index): Value => {
    const value = values[index]
    if (value === null || value === undefined) return null
    if (kind === 'boolean') return Number(value) === 1
    if (kind === 'bigint') return BigInt(value as string)
    return kind === 'text' || kind === 'json' ? (value as Buffer).toString() : Number(value)
  })
  return [Number(version), ...parsed]
}
