import { systemFailure } from '@heddle/core'
import type { ColumnKind, Value } from '../database/table.ts'
import type { Order } from './order.ts'

/** Writes a cursor: opaque text that says after which record to go on, and in which order it was made. */
export function formatCursor(order: Order, record: readonly Value[]): string {
  const parts: (string | number | boolean | null)[] = [order.signature]
  for (const index of order.indexes) {
    const value = record[index]!
    parts.push(typeof value === 'bigint' ? `${value}` : value)
  }
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/**
 * Reads a cursor back.
 *
 * @throws {Failure} MalformedInput when it is none, or one of another order
 */
export function parseCursor(order: Order, cursor: string): Value[] {
  const { columns, kinds } = order
  const malformed = (reason: string) => systemFailure('MalformedInput', { format: 'cursor', reason })
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw systemFailure('MalformedInput', { format: 'cursor', reason: 'it was cut or changed' }, { cause })
  }
  if (!Array.isArray(parts) || parts.length !== columns.length + 1) throw malformed('it was cut or changed')
  const [made, ...values] = parts as unknown[]
  if (made !== order.signature) throw malformed('it belongs to another order')
  return values.map((value, index) => {
    const parsed = parseValue(kinds[index]!, value)
    if (parsed === undefined) throw malformed('it was cut or changed')
    return parsed
  })
}

function parseValue(kind: ColumnKind, value: unknown): Value | undefined {
  if (value === null) return null
  if (kind === 'bigint') return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined
  const expected = kind === 'text' ? 'string' : kind === 'boolean' ? 'boolean' : 'number'
  return typeof value === expected ? (value as Value) : undefined
}
