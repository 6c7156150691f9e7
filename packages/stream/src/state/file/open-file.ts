import { Defect, systemFailure } from '@heddle/core'
import { cannotGrow, failedWriteCode } from '@heddle/data'
import { DatabaseSync } from 'node:sqlite'
import { format, tables } from './tables.ts'

/**
 * Opens a state file for this thread alone: as long as it is open, no other process can. Its lock goes with the process,
 * however that ends.
 *
 * @param cacheBytes how much of the file SQLite may hold in memory
 */
export function openFile(path: string, cacheBytes: number): DatabaseSync {
  return guarded(path, () => {
    const database = new DatabaseSync(path, { timeout: 1000, enableDoubleQuotedStringLiterals: false })
    try {
      // Exclusive before the log is switched on: its index is then kept in this process's own memory.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 4096; PRAGMA journal_mode = WAL')
      // A commit is a promise to the job's checkpoint: it must survive the machine.
      database.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${Math.ceil(cacheBytes / 1024)}`)
      database.exec('PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE')
      const found = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
      if (found > format) throw new Defect('DatabaseTooNew', { path, found, known: format })
      // A new file has no format yet.
      if (found !== 0 && found < format) throw new Defect('StateTooOld', { path, found, known: format })
      database.exec(`BEGIN IMMEDIATE; ${tables} COMMIT`)
      return database
    } catch (thrown) {
      database.close()
      throw thrown
    }
  })
}

/** Runs what uses the file, and says in Heddle's words what SQLite reports. */
export function guarded<Answer>(path: string, run: () => Answer): Answer {
  try {
    return run()
  } catch (thrown) {
    throw stated(path, thrown)
  }
}

/** What SQLite reported, in Heddle's words. */
export function stated(path: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return thrown
  const options = { cause: thrown }
  const code = Number(thrown.errcode)
  if (code === failedWriteCode && cannotGrow(path)) return systemFailure('FileCannotGrow', { path }, options)
  switch (code & 0xff) {
    case 5: // Busy, locked, input or output, cannot open.
    case 6:
    case 10:
    case 14:
      return systemFailure('Unavailable', { what: `The state file ${path}` }, options)
    case 8:
      return systemFailure('DatabaseReadOnly', { path }, options)
    case 11:
    case 26:
      return new Defect('StateDamaged', { path, reason: thrown.message }, options)
    case 13:
      return systemFailure('DiskFull', { path }, options)
    default:
      return thrown
  }
}
