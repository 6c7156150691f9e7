import type { Json } from '../manifest/json.ts'
import { toJson } from '../schema/to-json.ts'
import type { ErrorCollection } from './error-collection.ts'
import type { ErrorField } from './error-groups.ts'

/** How errors are reported. */
export interface ErrorReportOptions {
  /** @default ['key', 'command'] */
  readonly by?: readonly ErrorField[]
  /** How many groups are told. @default 50 */
  readonly most?: number
}

/**
 * What went wrong, how often, and since when: as JSON. Examples are masked as the types of the errors say.
 *
 * @example console.log(JSON.stringify(reportErrors(errors, { by: ['code'] })))
 */
export function reportErrors(errors: ErrorCollection, { by = [], most = 50 }: ErrorReportOptions = {}): Json {
  const groups = errors.groupBy(...by)
  return {
    errors: errors.size,
    dropped: errors.dropped,
    groups: groups.slice(0, most).map(({ by: common, count, firstAt, lastAt, example }) => ({
      ...common,
      count,
      first: new Date(firstAt).toISOString(),
      last: new Date(lastAt).toISOString(),
      example: toJson(example),
    })),
    otherGroups: Math.max(0, groups.length - most),
  }
}

/**
 * The same as a table for a terminal, one line for each group.
 *
 * @example console.log(formatErrorTable(errors.query({ least: 'error' })))
 */
export function formatErrorTable(errors: ErrorCollection, { by = [], most = 50 }: ErrorReportOptions = {}): string {
  const groups = errors.groupBy(...by)
  if (groups.length === 0) return 'no errors'
  const fields = Object.keys(groups[0]!.by) as ErrorField[]
  const rows = groups
    .slice(0, most)
    .map(({ by: common, count, firstAt, lastAt, example }) => [
      String(count),
      ...fields.map((field) => common[field] ?? ''),
      new Date(firstAt).toISOString(),
      new Date(lastAt).toISOString(),
      oneLine(example.failure.message),
    ])
  const all = [['count', ...fields, 'first', 'last', 'example'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  const more = groups.length - rows.length
  return [...lines, ...(more > 0 ? [`… and ${more} more groups`] : [])].join('\n')
}

/** A message may hold line breaks of an author, or of data. */
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, 120)
