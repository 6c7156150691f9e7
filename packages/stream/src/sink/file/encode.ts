import { toJson } from '@heddle/core'

/** How values become text. */
export interface RecordText {
  /** What a file begins with, e.g. the names of the columns. */
  readonly head: string
  /** A line with its end. */
  line(value: unknown): string
}

/** A line of JSON for each value. */
export const ndjsonText: RecordText = { head: '', line: (value) => `${jsonOf(value)}\n` }

/** JSON has no big integers, which are written as text then, as at every surface. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return JSON.stringify(toJson(value))
  }
}

/** A value without the quotes that its text has in JSON. */
function plainOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return jsonOf(value)
  const json = toJson(value)
  return typeof json === 'string' ? json : JSON.stringify(json)
}

/**
 * Fields by RFC 4180, with the names of the columns in the first line. Records and lists are written as JSON; what is text in
 * JSON (times, decimals, big integers) stands without the quotes of JSON, so that it is read again as what it was.
 */
export function csvText(columns: readonly string[], delimiter = ','): RecordText {
  const needsQuotes = new RegExp(`["\\r\\n${delimiter === '\t' ? '\\t' : `\\${delimiter}`}]|^\\s|\\s$`)
  const field = (value: unknown): string => {
    if (value === null || value === undefined) return ''
    const text = plainOf(value)
    // An empty text is told apart from nothing.
    return text === '' || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const line = (fields: readonly unknown[]) => `${fields.map(field).join(delimiter)}\n`
  return {
    head: line(columns),
    line(value) {
      const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
      return line(columns.map((column) => record[column]))
    },
  }
}
