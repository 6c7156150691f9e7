import { systemFailure } from '@heddle/core'

/** What PostgreSQL says of an error. */
export interface ServerError extends Error {
  /** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly code: string
  readonly severity: string
  readonly detail?: string
  readonly table?: string
  readonly constraint?: string
}

/** Whether the server said it, and not the connection. */
export const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && 'code' in error && 'severity' in error && /^[0-9A-Z]{5}$/.test(String(error.code))

/** SQLSTATEs on which the driver acts. */
export const sqlState = {
  uniqueViolation: '23505',
  inFailedTransaction: '25P02',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
  deadlock: '40P01',
  serialization: '40001',
  duplicateTable: '42P07',
  notANumber: '22P02',
} as const

/**
 * Says in Heddle's words what PostgreSQL or the way to it reported. One that stands for a mistake in our own SQL stays
 * a plain error.
 *
 * @param where the database, without the password
 */
export function postgresError(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) return error
  const unavailable = (reason = '') =>
    systemFailure('Unavailable', { what: `The database ${where}${reason}` }, { cause: error })
  if (!isServerError(error)) return isConnectionError(error) ? unavailable() : error
  const { code, message } = error
  if (code === '53100') return systemFailure('DiskFull', { path: where }, { cause: error })
  if (code === '25006') return systemFailure('DatabaseReadOnly', { path: where }, { cause: error })
  if (code.startsWith('XX')) return systemFailure('DatabaseDamaged', { path: where, reason: message }, { cause: error })
  // Whom it does not let in, a database that is not there and a statement that took too long should know why.
  if (code.startsWith('28') || code === '3D000' || code === sqlState.queryCanceled) return unavailable(` (${message})`)
  // Connection trouble, no resources, a server that starts or stops.
  return /^(08|53|57P)/.test(code) ? unavailable() : error
}

/** What Node's sockets and the client library say when the server is gone. The library's own errors have no code. */
function isConnectionError(error: Error): boolean {
  if ('code' in error && /^E[A-Z]+$/.test(String(error.code))) return true
  return /connection|timeout|timed out|not queryable|socket|terminated/i.test(error.message)
}
