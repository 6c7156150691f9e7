/** How a column takes the text of a value. */
export interface ColumnForm {
  /** Its type as SQL writes it. */
  readonly type: string
  readonly form: 'plain' | 'json' | 'array' | 'bytes'
}

/** A value as text that the server casts to the type of its column; null for what is not there. */
export function columnText({ form }: ColumnForm, value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (form === 'json') return JSON.stringify(value, jsonText)
  if (form === 'array' && Array.isArray(value)) return arrayText(value)
  if (form === 'bytes' && typeof value === 'string') return `\\x${Buffer.from(value, 'base64').toString('hex')}`
  return plainText(value)
}

const jsonText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)

function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value, jsonText) : String(value)
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayText(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (item === null || item === undefined) return 'NULL'
    if (Array.isArray(item)) return arrayText(item)
    return `"${plainText(item).replaceAll(/["\\]/g, String.raw`\$&`)}"`
  })
  return `{${texts.join(',')}}`
}
