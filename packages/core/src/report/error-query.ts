import type { Category, Severity } from '../error/codes.ts'
import { anyIndex, type PathSegment } from '../error/key.ts'
import type { ErrorRecord } from './error-record.ts'

/** Which errors are asked for. All that is said has to hold. */
export interface ErrorQuery {
  readonly code?: string
  readonly category?: Category
  readonly severity?: Severity
  /** This severity or a graver one. */
  readonly least?: Severity
  /** The command called or one that failed below it: a full name, or all of a domain as `bank.*`. */
  readonly command?: string
  /** A place in the input and what is below it, e.g. `items/#/email`; `#` is any index. */
  readonly path?: string
  readonly tenant?: string
  readonly principal?: string
  /** From this time on; UTC, milliseconds since 1970. */
  readonly since?: number
  /** Before this time. */
  readonly until?: number
}

const rank: Record<Severity, number> = { debug: 0, info: 1, warning: 2, error: 3, fatal: 4 }

/** Whether a severity is as grave as another one, or graver. */
export const isAtLeast = (severity: Severity, least: Severity): boolean => rank[severity] >= rank[least]

/** Whether a record is among those that are asked for. */
export function matches(record: ErrorRecord, query: ErrorQuery): boolean {
  const { failure } = record
  const { code, category, severity, least, command, path, tenant, principal, since, until } = query
  if (code !== undefined && failure.code !== code) return false
  if (category !== undefined && failure.category !== category) return false
  if (severity !== undefined && failure.severity !== severity) return false
  if (least !== undefined && !isAtLeast(failure.severity, least)) return false
  if (tenant !== undefined && record.tenant !== tenant) return false
  if (principal !== undefined && record.principal !== principal) return false
  if (since !== undefined && record.at < since) return false
  if (until !== undefined && record.at >= until) return false
  if (command !== undefined && ![record.command, ...failure.via].some((name) => isNamed(name, command))) return false
  return path === undefined || isBelow(failure.path, path)
}

const isNamed = (name: string, wanted: string) =>
  wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted

function isBelow(path: readonly PathSegment[], wanted: string): boolean {
  return wanted.split('/').every((segment, index) => {
    const own = path[index]
    return own !== undefined && (String(own) === segment || (segment === anyIndex && typeof own === 'number'))
  })
}
