import type { Json } from '@heddle/core'
import { Decimal } from '@heddle/types/decimal'

// What an aggregate keeps is JSON, so that it is the same after a restart. What JSON has no word for is a record with
// the field `$is`; a record of the user's that has such a field is wrapped.

type Record = { readonly [name: string]: unknown }

/** A value as JSON holds it in a cell. A number, text or boolean is itself. */
export function keep(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      // JSON has no −0.
      return value - value === 0 ? value + 0 : { $is: 'number', text: String(value) }
    case 'bigint':
      return { $is: 'int64', text: String(value) }
    case 'object':
      return value === null ? null : keepObject(value)
    default:
      return null
  }
}

function keepObject(value: object): Json {
  if (Array.isArray(value)) return value.map(keep)
  if (value instanceof Date) return { $is: 'time', ms: value.getTime() }
  if (value instanceof Decimal) return { $is: 'decimal', text: String(value) }
  if (value instanceof Uint8Array) return { $is: 'bytes', text: Buffer.from(value).toString('base64') }
  const named = Object.entries(value).filter(([, field]) => field !== undefined)
  const fields = Object.fromEntries(named.map(([name, field]) => [name, keep(field)]))
  return '$is' in fields ? { $is: 'record', fields } : fields
}

/** The value that was kept. */
export function given(kept: Json): unknown {
  if (typeof kept !== 'object' || kept === null) return kept
  if (Array.isArray(kept)) return kept.map(given)
  const record = kept as Record
  if (!Object.hasOwn(record, '$is')) return givenFields(record)
  switch (record.$is) {
    case 'number':
      return Number(record.text)
    case 'int64':
      return BigInt(record.text as string)
    case 'time':
      return new Date(record.ms as number)
    case 'decimal':
      return Decimal.read(record.text as string)
    case 'bytes':
      return new Uint8Array(Buffer.from(record.text as string, 'base64'))
    default:
      return givenFields(record.fields as Record)
  }
}

const givenFields = (record: Record): Record =>
  Object.fromEntries(Object.entries(record).map(([name, field]) => [name, given(field as Json)]))
