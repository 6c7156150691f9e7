import { systemFailure } from '@heddle/core'
import { accessSync, constants, existsSync } from 'node:fs'
import { cannotGrow, failedWriteCode } from '../disk/cannot-grow.ts'

/** SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow, because the disk is full. */
const shmSizeCode = 4874
/** SQLITE_IOERR_WRITE, _FSYNC and _TRUNCATE: what a file gives that became read-only while it was open. */
const writeCodes: ReadonlySet<number> = new Set([failedWriteCode, 1034, 1546])

/**
 * Says in Heddle's words what SQLite reported. Codes are SQLite's primary and extended result codes; one that stands
 * for a mistake in our own SQL stays a plain error.
 */
export function sqliteError(errorCode: number, text: string, path: string): unknown {
  const cause = new Error(text)
  if (errorCode === shmSizeCode) return systemFailure('DiskFull', { path }, { cause })
  if (writeCodes.has(errorCode) && !isWritable(path)) return systemFailure('DatabaseReadOnly', { path }, { cause })
  if (errorCode === failedWriteCode && cannotGrow(path)) return systemFailure('FileCannotGrow', { path }, { cause })
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

/** Whether the file and the log beside it can be written now. */
function isWritable(path: string): boolean {
  try {
    for (const file of [path, `${path}-wal`]) if (existsSync(file)) accessSync(file, constants.W_OK)
    return true
  } catch {
    return false
  }
}
