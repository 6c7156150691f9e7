import { systemFailure } from '@heddle/core'
import type { OrderColumn } from '../database/database.ts'
import type { ColumnKind, Value } from '../database/table.ts'

/** Writes a cursor: opaque text that says after which record to go on, and in which order it was made. */
export function formatCursor(order: readonly OrderColumn[], values: readonly Value[]): string {
  const json = JSON.stringify([
    signature(order),
    ...values.map((value) => (typeof value === 'bigint' ? `${value}` : value)),
  ])
  return Buffer.from(json).toString('base64url')
}

/**
 * Reads a cursor back.
 *
 * @throws {Failure} MalformedInput when it is none, or one of another order
 */
export function parseCursor(order: readonly OrderColumn[], kinds: readonly ColumnKind[], cursor: string): Value[] {
  const malformed = (reason: string) => systemFailure('MalformedInput', { format: 'cursor', reason })
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw systemFailure('MalformedInput', { format: 'cursor', reason: 'it was cut or changed' }, { cause })
  }
  if (!Array.isArray(parts) || parts.length !== order.length + 1) throw malformed('it was cut or changed')
  const [made, ...values] = parts as unknown[]
  if (made !== signature(order)) throw malformed('it belongs to another order')
  return values.map((value, index) => {
    const parsed = parseValue(kinds[index]!, value)
    if (parsed === undefined) throw malformed('it was cut or changed')
    return parsed
  })
}

const signature = (order: readonly OrderColumn[]) =>
  order.map(({ column, descending }) => `${descending ? '-' : ''}${column}`).join()

function parseValue(kind: ColumnKind, value: unknown): Value | undefined {
  if (value === null) return null
  if (kind === 'bigint') return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined
  const expected = kind === 'text' ? 'string' : kind === 'boolean' ? 'boolean' : 'number'
  return typeof value === expected ? (value as Value) : undefined
}
