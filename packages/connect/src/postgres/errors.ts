import { systemFailure } from '@heddle/core'

/** What PostgreSQL says of an error. */
export interface ServerError extends Error {
  /** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly code: string
}

/** Whether the server said it, and not the connection. */
export const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && 'code' in error && 'severity' in error && /^[0-9A-Z]{5}$/.test(String(error.code))

/** SQLSTATEs on which we act. */
export const sqlState = {
  duplicateObject: '42710',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  undefinedObject: '42704',
  insufficientPrivilege: '42501',
  objectInUse: '55006',
  wrongState: '55000',
  undefinedFile: '58P01',
  limitExceeded: '53400',
} as const

export const isState = (error: unknown, ...states: readonly string[]): boolean =>
  isServerError(error) && states.includes(error.code)

/**
 * Says in Heddle's words that the server or the way to it is not there. Anything else stays as it is.
 *
 * @param where the database, without the password
 */
export function postgresError(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) return error
  const unavailable = (reason = '') =>
    systemFailure('Unavailable', { what: `PostgreSQL at ${where}${reason}` }, { cause: error })
  if (!isServerError(error)) return isConnectionError(error) ? unavailable() : error
  if (error.code === '53100') return systemFailure('DiskFull', { path: where }, { cause: error })
  // Whom it does not let in and a database that is not there should know why.
  if (error.code.startsWith('28') || error.code === '3D000') return unavailable(` (${error.message})`)
  // Connection trouble, no resources, a server that starts or stops, and transactions that gave way to others.
  return /^(08|53|57P|57014|40001|40P01|55P03|25006)/.test(error.code) ? unavailable(` (${error.message})`) : error
}

/** What Node's sockets and the client library say when the server is gone. The library's own errors have no code. */
function isConnectionError(error: Error): boolean {
  if ('code' in error && /^E[A-Z]+$/.test(String(error.code))) return true
  return /connection|timeout|timed out|not queryable|socket|terminated/i.test(error.message)
}
