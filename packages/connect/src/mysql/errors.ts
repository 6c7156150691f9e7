import { systemFailure } from '@heddle/core'

/** What MySQL says of an error. */
interface MysqlError extends Error {
  readonly errno: number
}

const isMysqlError = (error: unknown): error is MysqlError =>
  error instanceof Error && 'errno' in error && typeof error.errno === 'number'

/** Numbers of https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html */
const duplicateEntry = 1062
const lostRaces: ReadonlySet<number> = new Set([1205, 1213])
const fullDisk: ReadonlySet<number> = new Set([1021, 1114])
/** It is there and does not let us in: too many connections, stopping, unknown user or database. */
const refusals: ReadonlySet<number> = new Set([1040, 1044, 1045, 1049, 1053, 1130, 1203, 1927])
/** A text that is longer than its column. */
const tooLong = 1406

/** The name of the unique index that a write broke. */
export function brokenIndex(error: unknown): string | undefined {
  if (!isMysqlError(error) || error.errno !== duplicateEntry) return undefined
  // MySQL says `table.index` where MariaDB says `index`.
  return /for key '(?:.*\.)?([^'.]+)'$/.exec(error.message)?.[1]
}

/** Whether the server gave way to another statement, so that the same may well succeed. */
export const isLostRace = (error: unknown) => isMysqlError(error) && lostRaces.has(error.errno)

/** Says in Heddle's words what MySQL or the way to it reported. A mistake in our own SQL stays a plain error. */
export function mysqlError(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) return error
  const unavailable = (reason = '') => systemFailure('Unavailable', { what: `${where}${reason}` }, { cause: error })
  // The client library's own errors have negative numbers or none: connections that ended, or never began.
  if (!isMysqlError(error) || error.errno < 1000) return isConnectionError(error) ? unavailable() : error
  if (refusals.has(error.errno)) return unavailable(` (${error.message})`)
  if (lostRaces.has(error.errno)) return unavailable(' in time')
  if (fullDisk.has(error.errno)) return systemFailure('DiskFull', { path: where }, { cause: error })
  if (error.errno === tooLong) {
    const message = `A text is longer than MySQL keeps in a key or a unique index: ${error.message}.`
    return systemFailure('TooLarge', { name: 'mysql.key', limit: 1024 }, { cause: error, message })
  }
  return error
}

function isConnectionError(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(E[A-Z]+|PROTOCOL_.*|POOL_.*)$/.test(code) || /closed state|Pool is closed|Connection lost/i.test(error.message)
  )
}
