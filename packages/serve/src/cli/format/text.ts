import type { Json } from '@heddle/core'
import { plain, visible } from './plain.ts'
import { formatTable, type TableRow } from './table.ts'

/**
 * A value for people: records as a table, a page as a table with its other fields below, an object as lines of name and
 * value, anything else as it is.
 */
export function formatText(value: Json, width?: number): string[] {
  if (isRows(value)) return value.length === 0 ? ['nothing'] : formatTable(value, { width })
  if (Array.isArray(value)) return value.length === 0 ? ['nothing'] : value.map(plain)
  if (!isRecord(value)) return typeof value === 'string' ? value.split('\n').map(visible) : [plain(value)]
  const page = pageOf(value)
  if (!page) return formatRecord(value, width)
  const { [page]: rows, ...beside } = value
  const told = Object.fromEntries(Object.entries(beside).filter(([, field]) => field != null))
  const lines = formatText(rows!, width)
  return Object.keys(told).length === 0 ? lines : [...lines, '', ...formatRecord(told, width)]
}

function formatRecord(value: TableRow, width: number | undefined): string[] {
  const names = Object.keys(value)
  if (names.length === 0) return ['done']
  const widest = Math.max(...names.map((name) => name.length))
  return names.flatMap((name) => {
    const field = value[name] ?? null
    const isNested = (isRecord(field) && Object.keys(field).length > 0) || (isRows(field) && field.length > 0)
    if (!isNested) return [`${name.padEnd(widest)}  ${plain(field)}`]
    return [name, ...formatText(field, width === undefined ? undefined : width - 2).map((line) => `  ${line}`)]
  })
}

/** The one field of an object that is a list of records. */
function pageOf(value: TableRow): string | undefined {
  const lists = Object.keys(value).filter((name) => isRows(value[name]))
  return lists.length === 1 ? lists[0] : undefined
}

const isRecord = (value: Json | undefined): value is TableRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isRows = (value: Json | undefined): value is readonly TableRow[] => Array.isArray(value) && value.every(isRecord)
