import type { Maybe } from '@heddle/core'
import type { PageQuery, RawRow, Snapshot } from '../database/database.ts'
import type { Row, Table, Value } from '../database/table.ts'
import { ReadConnection } from './read-connection.ts'

/** How many queries hold a snapshot at a time (limit `reader.snapshots`); the others wait. */
const snapshotLimit = 8

/** The connections that read. */
export class Readers {
  readonly path: string
  readonly main: ReadConnection
  readonly #idle: ReadConnection[] = []
  readonly #all: ReadConnection[] = []
  readonly #waiting: ((connection: ReadConnection) => void)[] = []

  constructor(path: string) {
    this.path = path
    this.main = new ReadConnection(path)
  }

  find(table: Table, tenant: string, query: PageQuery): Maybe<readonly Row[]> {
    return this.main.find(table, tenant, query)
  }

  query(
    _tables: readonly Table[],
    _tenant: string,
    _sql: string,
    _parameters: readonly Value[],
  ): Maybe<readonly RawRow[]> {
    return []
  }

  snapshot(signal?: AbortSignal): Maybe<Snapshot> {
    const connection = this.#idle.pop() ?? this.#another()
    return connection ? this.#hold(connection) : this.#wait(signal).then((given) => this.#hold(given))
  }

  close(): void {
    for (const connection of [this.main, ...this.#all]) connection.close()
  }

  #another(): ReadConnection | undefined {
    if (this.#all.length === snapshotLimit) return undefined
    const connection = new ReadConnection(this.path)
    this.#all.push(connection)
    return connection
  }

  #wait(signal: AbortSignal | undefined): Promise<ReadConnection> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const wake = (connection: ReadConnection) => {
        signal?.removeEventListener('abort', onAbort)
        resolve(connection)
      }
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1)
        reject(signal!.reason as Error)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(wake)
    })
  }

  #hold(connection: ReadConnection): Snapshot {
    connection.run('BEGIN')
    return {
      read: (table, tenant, keys) => connection.read(table, tenant, keys),
      find: (table, tenant, query) => connection.find(table, tenant, query),
      query: () => [],
      release: () => {
        connection.run('ROLLBACK')
        const next = this.#waiting.shift()
        if (next) next(connection)
        else this.#idle.push(connection)
      },
    }
  }
}
