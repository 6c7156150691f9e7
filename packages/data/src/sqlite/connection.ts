import { DatabaseSync } from 'node:sqlite'

/** How hard a commit is. `off` survives the death of the process but not of the machine: for simulation and tests. */
export type Synchronous = 'full' | 'off'

/** What the writer's connection is opened with. */
export interface WriterSettings {
  readonly path: string
  readonly synchronous: Synchronous
}

/** Opens the one connection that writes. */
export function openWriterConnection({ path, synchronous }: WriterSettings): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: 5000, enableDoubleQuotedStringLiterals: false })
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec(`PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'OFF'}`)
  return connection
}

/**
 * Closes the connection that writes. Everything goes from the write-ahead log into the file first, so that a copy of the
 * file alone is a whole backup, also while a program outside still looks at the file.
 */
export function closeWriterConnection(connection: DatabaseSync): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // On a full disk the records stay in the log, from which the next start reads them: nothing is lost.
  } finally {
    connection.close()
  }
}

/** Opens a connection that can only read. Rows come as lists. */
export function openReadConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, {
    readOnly: true,
    timeout: 5000,
    returnArrays: true,
    enableDoubleQuotedStringLiterals: false,
  })
  connection.exec('PRAGMA query_only = ON')
  return connection
}
