import { isPromise, type Maybe } from '@heddle/core'
import type { Condition } from '../filter/condition.ts'
import type { Counted, CountQuery, PageQuery, RawQuery, RawRow, Snapshot, TenantRow } from '../database/database.ts'
import type { Key, Row, Table } from '../database/table.ts'
import { countSql, toCounted } from '../sql/count-sql.ts'
import { chain } from '../unit/chain.ts'
import { ReadConnection } from './read-connection.ts'
import type { RawRows } from './read-only.ts'
import { rawSql } from './raw-sql.ts'
import { sqliteDialect } from './dialect.ts'
import { tableSql, toCell } from './table-sql.ts'
import { ReaderThreads, type Scan, type ThreadSnapshot } from './thread-reader.ts'
import { Turn } from './turn.ts'

/** How many queries hold a snapshot at a time (limit `reader.snapshots`); the others wait. */
const snapshotLimit = 8

/** The connections that read: key reads and bounded pages on the calling thread, scans and raw SQL beside it. */
export class Readers {
  readonly path: string
  readonly main: ReadConnection
  readonly #turn: Turn
  readonly #threads: ReaderThreads | undefined
  readonly #idle: ReadConnection[] = []
  readonly #all: ReadConnection[] = []
  readonly #waiting: ((connection: ReadConnection) => void)[] = []

  /** @param threaded false where one thread must be all */
  constructor(path: string, threaded: boolean) {
    this.path = path
    this.main = new ReadConnection(path)
    this.#turn = new Turn(this.main)
    this.#threads = threaded ? new ReaderThreads(path) : undefined
  }

  read(table: Table, tenant: string, keys: readonly Key[]): readonly (Row | undefined)[] {
    this.#turn.reading(keys.length)
    return this.main.read(table, tenant, keys)
  }

  /** Lets the next read see what was committed since the one before. */
  refresh(): void {
    this.#turn.end()
  }

  find(table: Table, tenant: string, query: PageQuery): Maybe<readonly Row[]> {
    const page = this.main.page(table, tenant, query)
    if (!this.#threads || this.main.isBounded(page, query)) {
      this.#turn.reading(1)
      return this.main.find(table, page)
    }
    return this.#threads.ask(page).then((found) => toRows(table, found))
  }

  /** For the system's own tables, which have an index for what is asked of them. */
  findAcross(table: Table, query: PageQuery): Maybe<readonly TenantRow[]> {
    const page = this.main.pageAcross(table, query)
    const rows = (found: readonly Row[]) =>
      found.map((row) => ({ tenant: row[table.columns.length + 1] as string, row }))
    if (!this.#threads || this.main.isBounded(page, query)) {
      this.#turn.reading(1)
      return rows(this.main.find(table, page))
    }
    return this.#threads.ask(page).then((found) => rows(toRows(table, found)))
  }

  /** A count looks at every row that it counts, so it runs beside the calling thread. */
  count(table: Table, tenant: string, where: Condition | undefined): Maybe<number> {
    const scan = this.main.count(table, tenant, where)
    return chain(this.#threads ? this.#threads.ask(scan) : this.main.scan(scan), toCount)
  }

  /** The same of all tenants. */
  countAcross(table: Table, query: CountQuery): Maybe<readonly Counted[]> {
    const { sql, parameters } = countSql(sqliteDialect, table, query)
    const scan = { sql, parameters: parameters.map(toCell) }
    return chain(this.#threads ? this.#threads.ask(scan) : this.main.scan(scan), ({ rows }) =>
      rows.map((row) => toCounted(row, query)),
    )
  }

  query(tenant: string, query: RawQuery): Maybe<readonly RawRow[]> {
    const scan = rawSql(tenant, query)
    return chain(this.#threads ? this.#threads.ask(scan) : this.main.scan(scan), toRawRows)
  }

  snapshot(signal?: AbortSignal): Maybe<Snapshot> {
    const connection = this.#idle.pop() ?? this.#another()
    return connection ? this.#hold(connection) : this.#wait(signal).then((given) => this.#hold(given))
  }

  async close(): Promise<void> {
    await this.#threads?.close()
    this.#turn.end()
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

  /**
   * One moment on two threads: the calling thread's connection holds it, and a thread holds it too if the database is
   * still there when the first scan comes. If it has moved on, the scan runs on the calling thread.
   */
  #hold(connection: ReadConnection): Snapshot {
    // The moment is that of the first read.
    connection.run('BEGIN')
    let thread: ThreadSnapshot | undefined
    const scan = (asked: Scan): Maybe<RawRows> => {
      if (!this.#threads) return connection.scan(asked)
      thread ??= this.#threads.snapshot(connection.value('SELECT version FROM "_commits"') as number)
      return thread.ask(asked).then((found) => found ?? connection.scan(asked))
    }
    return {
      read: (table, tenant, keys) => {
        this.#turn.end() // What this moment has may be newer, and who was told of it may read next.
        return connection.read(table, tenant, keys)
      },
      find: (table, tenant, query) => {
        this.#turn.end()
        const page = connection.page(table, tenant, query)
        if (connection.isBounded(page, query)) return connection.find(table, page)
        const found = scan(page)
        return isPromise(found) ? found.then((rows) => toRows(table, rows)) : toRows(table, found)
      },
      count: (table, tenant, where) => chain(scan(connection.count(table, tenant, where)), toCount),
      query: (tenant, query) => chain(scan(rawSql(tenant, query)), toRawRows),
      release: () => {
        thread?.release()
        connection.run('COMMIT')
        const next = this.#waiting.shift()
        if (next) next(connection)
        else this.#idle.push(connection)
      },
    }
  }
}

const toRows = (table: Table, { rows }: RawRows): readonly Row[] => rows.map(tableSql(table).toRow)

const toCount = ({ rows }: RawRows): number => Number(rows[0]![0])

const toRawRows = ({ rows, columns }: RawRows): readonly RawRow[] =>
  rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])))
