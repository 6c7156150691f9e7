import type { FailureJson } from '../error/failure.ts'
import { anyIndex, formatErrorKey } from '../error/key.ts'
import type { ErrorRecord } from './error-record.ts'

/** By what errors are grouped. `key` is the public address with `#` for every index. */
export type ErrorField = 'key' | 'code' | 'category' | 'severity' | 'command' | 'path' | 'tenant' | 'principal'

/** Errors that are alike. */
export interface ErrorGroup {
  /** The values that they have in common. */
  readonly by: Readonly<Partial<Record<ErrorField, string>>>
  readonly count: number
  /** UTC, milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** The newest of them, with its trace. Marked values are masked. */
  readonly example: ErrorRecord
}

const read: Record<ErrorField, (record: ErrorRecord) => string> = {
  key: ({ failure }) => keyOf(failure),
  code: ({ failure }) => failure.code,
  category: ({ failure }) => failure.category,
  severity: ({ failure }) => failure.severity,
  command: ({ command }) => command,
  path: ({ failure }) => pathOf(failure).join('/'),
  tenant: ({ tenant }) => tenant,
  principal: ({ principal }) => principal ?? '',
}

/** Groups errors, the largest group first, then by the last time. */
export function groupErrors(records: Iterable<ErrorRecord>, fields: readonly ErrorField[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>()
  for (const record of records) {
    const by = Object.fromEntries(fields.map((field) => [field, read[field](record)]))
    const id = JSON.stringify(by)
    const known = groups.get(id)
    groups.set(id, {
      by,
      count: (known?.count ?? 0) + 1,
      firstAt: Math.min(known?.firstAt ?? Infinity, record.at),
      lastAt: Math.max(known?.lastAt ?? -Infinity, record.at),
      example: known && known.lastAt > record.at ? known.example : record,
    })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || b.lastAt - a.lastAt)
}

const pathOf = ({ path }: FailureJson) => path.map((segment) => (typeof segment === 'number' ? anyIndex : segment))

const keyOf = (failure: FailureJson) =>
  formatErrorKey({ via: failure.via, category: failure.category, path: pathOf(failure), code: failure.code })
