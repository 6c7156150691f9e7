import { systemFailure } from '@heddle/core'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errorCode } from './executor.ts'
import { sqliteError } from './errors.ts'

/** The process that serves a data folder, and where it listens for commands of others. */
export interface Owner {
  readonly pid: number
  /** Path of a Unix socket, which exists while the owner serves it. */
  readonly socket: string
}

/** The right to a data folder. */
export interface Ownership {
  release(): void
}

const busyCode = 5
/** Far longer than reading one row takes. */
const readersMs = 5000
const fileIn = (folder: string) => join(folder, 'owner.db')
const socketIn = (folder: string) => join(folder, 'owner.sock')

/**
 * Makes this process the owner of a data folder. The right is a lock on a small SQLite file, which the kernel frees
 * when the process ends, however it ends. It is the lock that readers do not mind, so that others can ask who owns it.
 *
 * @throws {Failure} DatabaseLocked, DatabaseReadOnly, OwnerDamaged
 */
export function own(folder: string): Ownership {
  const path = fileIn(folder)
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { timeout: 0 })
    // Two steps, since what is not committed is not seen by others: who comes between them finds its own pid there.
    do {
      lock(connection, folder)
      // Another who asks who the owner is reads the file for a moment, and a commit has to wait for that.
      connection.exec(`PRAGMA busy_timeout = ${readersMs}`)
      connection.exec('CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL)')
      connection.exec(`DELETE FROM owner; INSERT INTO owner VALUES (${process.pid}); COMMIT`)
      connection.exec('PRAGMA busy_timeout = 0')
      lock(connection, folder)
    } while (readPid(connection) !== process.pid)
    const held = connection
    return { release: () => held.close() }
  } catch (error) {
    connection?.close()
    throw error instanceof Error ? ownerError(errorCode(error), error.message, path) : error
  }
}

function lock(connection: DatabaseSync, folder: string): void {
  if (connection.isTransaction) connection.exec('ROLLBACK')
  try {
    connection.exec('BEGIN IMMEDIATE')
  } catch (error) {
    if ((errorCode(error) & 0xff) !== busyCode) throw error
    throw systemFailure('DatabaseLocked', { pid: pidIn(connection) ?? 'unknown', path: folder }, { cause: error })
  }
}

/** A mistake in our SQL can only be a table `owner` that is not ours. */
function ownerError(code: number, text: string, path: string): unknown {
  const isDamaged = [1, 11, 26].includes(code & 0xff)
  return isDamaged
    ? systemFailure('OwnerDamaged', { path, reason: text }, { cause: new Error(text) })
    : sqliteError(code, text, path)
}

const readPid = (connection: DatabaseSync) =>
  connection.prepare('SELECT pid FROM owner').get()?.['pid'] as number | undefined

/** Who owns the folder, asked from outside. */
function pidIn(connection: DatabaseSync): number | undefined {
  try {
    return readPid(connection)
  } catch {
    return undefined // The table is just being made, or the row is just being written.
  }
}

/**
 * Says who owns a data folder, so that a client can talk to it; undefined when nobody does.
 *
 * @throws {Failure} OwnerDamaged
 * @example
 * const owner = findOwner('.heddle')
 * if (owner) connect(owner.socket)
 */
export function findOwner(folder: string): Owner | undefined {
  const path = fileIn(folder)
  if (!existsSync(path)) return undefined
  const connection = new DatabaseSync(path, { timeout: 0 })
  try {
    connection.exec('BEGIN IMMEDIATE')
    return undefined
  } catch (error) {
    if ((errorCode(error) & 0xff) !== busyCode) throw ownerError(errorCode(error), (error as Error).message, path)
    const pid = pidIn(connection)
    return pid === undefined ? undefined : { pid, socket: socketIn(folder) }
  } finally {
    connection.close()
  }
}
