import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openReadConnection } from './connection.ts'
import { errorCode } from './executor.ts'
import { readOnly } from './read-only.ts'

/** A question to a reader thread. */
export interface ReaderRequest {
  readonly id: number
  /** A snapshot that is held in this thread; 0 asks for the newest state. */
  readonly snapshot: number
  /** Set with the first question to a snapshot: it must begin at this commit. */
  readonly version?: number
  /** Missing: the snapshot is given back. */
  readonly sql?: string
  readonly parameters?: readonly SQLInputValue[]
  /** Set for SQL that somebody wrote: the tables that it may read. */
  readonly tables?: readonly string[]
}

/** What comes back. `moved`: the database is no longer at the commit that was asked for. */
export type ReaderReply =
  | { readonly id: number; readonly rows: readonly (readonly unknown[])[]; readonly columns: readonly string[] }
  | { readonly id: number; readonly moved: true }
  | { readonly id: number; readonly errorCode: number; readonly text: string }

const path = workerData as string
const newest = openReadConnection(path)
const held = new Map<number, DatabaseSync>()
const idle: DatabaseSync[] = []
const port = parentPort!

port.on('message', (request: ReaderRequest | 'close') => {
  if (request === 'close') {
    for (const connection of [newest, ...held.values(), ...idle]) connection.close()
    port.close()
  } else if (request.sql === undefined) release(request.snapshot)
  else port.postMessage(answer(request))
})

function answer({ id, snapshot, version, sql, parameters = [], tables }: ReaderRequest): ReaderReply {
  try {
    const connection = snapshot === 0 ? newest : (held.get(snapshot) ?? begin(snapshot, version))
    if (!connection) return { id, moved: true }
    return { id, ...readOnly(connection, sql!, parameters, tables) }
  } catch (error) {
    return { id, errorCode: errorCode(error), text: (error as Error).message }
  }
}

/** Holds the newest state, if it is the one that was asked for. */
function begin(snapshot: number, version: number | undefined): DatabaseSync | undefined {
  const connection = idle.pop() ?? openReadConnection(path)
  connection.exec('BEGIN')
  const [found] = connection.prepare('SELECT version FROM "_commits"').get() as unknown as [number]
  if (found === version) {
    held.set(snapshot, connection)
    return connection
  }
  connection.exec('ROLLBACK')
  idle.push(connection)
  return undefined
}

function release(snapshot: number): void {
  const connection = held.get(snapshot)
  if (!connection) return
  held.delete(snapshot)
  connection.exec('ROLLBACK')
  idle.push(connection)
}
