import { systemFailure } from '@heddle/core'

/** SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow, because the disk is full. */
const shmSizeCode = 4874

/**
 * Says in Heddle's words what SQLite reported. Codes are SQLite's primary and extended result codes; one that stands
 * for a mistake in our own SQL stays a plain error.
 */
export function sqliteError(errorCode: number, text: string, path: string): unknown {
  const cause = new Error(text)
  if (errorCode === shmSizeCode) return systemFailure('DiskFull', { path }, { cause })
  switch (errorCode & 0xff) {
    case 5: // Busy, locked, input or output, cannot open.
    case 6:
    case 10:
    case 14:
      return systemFailure('Unavailable', { what: `The database ${path}` }, { cause })
    case 8:
      return systemFailure('DatabaseReadOnly', { path }, { cause })
    case 11:
    case 26:
      return systemFailure('DatabaseDamaged', { path, reason: text }, { cause })
    case 13:
      return systemFailure('DiskFull', { path }, { cause })
    default:
      return cause
  }
}
