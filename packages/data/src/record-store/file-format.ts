import { systemFailure } from '@heddle/core'
import type { Column, Row, Table, Value } from '../database/table.ts'

/** Writes a stored record as JSON for people: its tenant, its version and its fields by name. */
export function formatRecordFile(table: Table, tenant: string, [version, ...values]: Row): string {
  const record = Object.fromEntries(
    table.columns.map(({ name, kind }, index) => {
      const value = values[index]!
      if (typeof value === 'bigint') return [name, `${value}`]
      return [name, kind === 'json' && value !== null ? (JSON.parse(value as string) as unknown) : value]
    }),
  )
  return `${JSON.stringify({ tenant, version, record }, undefined, 2)}\n`
}

/**
 * Reads it back. A field that is not there is missing.
 *
 * @throws {Failure} DatabaseDamaged, which names the file
 */
export function parseRecordFile(table: Table, path: string, text: string): { tenant: string; row: Row } {
  const damaged = (reason: string, cause?: unknown) =>
    systemFailure(
      'DatabaseDamaged',
      { path, reason },
      { cause, message: `The file ${path} holds no record: ${reason}.` },
    )
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw damaged((cause as Error).message, cause)
  }
  if (!isObject(parsed) || typeof parsed['tenant'] !== 'string') throw damaged('it names no tenant')
  const { tenant, version, record } = parsed
  if (!Number.isSafeInteger(version) || !isObject(record)) throw damaged('it has no version or no record')
  const values = table.columns.map((column) => {
    const value = storedValue(column, record[column.name] ?? null)
    if (value === undefined) throw damaged(`the field "${column.name}" is no ${column.kind}`)
    return value
  })
  return { tenant, row: [version as number, ...values] }
}

function storedValue({ kind, nullable }: Column, value: unknown): Value | undefined {
  if (value === null) return nullable || kind === 'json' ? null : undefined
  if (kind === 'json') return JSON.stringify(value)
  if (kind === 'bigint') return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined
  const expected = kind === 'text' ? 'string' : kind === 'boolean' ? 'boolean' : 'number'
  return typeof value === expected ? (value as Value) : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
