import type { SinkRecord } from '../sink.ts'

/** How rows are told apart. */
export type RowKey =
  /** By one field, which is the key of the table. */
  | { readonly by: 'field'; readonly field: string; readonly isOfNewest?: boolean }
  /** By several fields, put together in the column `rowKey`. */
  | { readonly by: 'fields'; readonly fields: readonly string[]; readonly isOfNewest?: boolean }
  /** By the key of the record, and the start of its window. */
  | { readonly by: 'key' }
  /** Each record is a row. */
  | { readonly by: 'record' }

/** The column that names a row where no field does. */
export const rowKeyColumn = 'rowKey'

/** The key of a record's row, as the column holds it. */
export function rowKeyOf(how: RowKey, record: SinkRecord): string | number {
  if (how.by === 'record') return record.id
  const value = (record.value ?? {}) as Readonly<Record<string, unknown>>
  if (how.by === 'field') return value[how.field] as string | number
  if (how.by === 'fields') return keyText(how.fields.map((field) => value[field]))
  return keyText(value.start === undefined ? [record.key] : [record.key, value.start])
}

/** The key of a record as text, for what is kept in memory. */
export const rowKeyText = (how: RowKey, record: SinkRecord): string => {
  const key = rowKeyOf(how, record)
  return typeof key === 'string' ? key : String(key)
}

/** Times are written as numbers, so that a date and its milliseconds are the same; so are big integers. */
function keyText(parts: readonly unknown[]): string {
  let text = '['
  for (let at = 0; at < parts.length; at++) text += at === 0 ? partText(parts[at]) : `,${partText(parts[at])}`
  return `${text}]`
}

function partText(part: unknown): string {
  if (typeof part === 'number') return Number.isFinite(part) ? String(part) : 'null'
  if (typeof part === 'bigint') return String(part)
  if (part instanceof Date) return JSON.stringify(part.getTime())
  if (typeof part === 'object') return JSON.stringify(part, bigAsText)
  return JSON.stringify(part) ?? 'null'
}

const bigAsText = (_name: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
