import type { Host, Part, PartHealth, PartKind, Ports } from '@heddle/core'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Database } from '../database/database.ts'
import { Schema } from '../migration/schema.ts'
import { prepareSystemTables } from '../system/prepare.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { createSqliteDatabase } from './database.ts'
import type { Synchronous } from './connection.ts'
import { Readers } from './readers.ts'
import { createInlineWriter, createThreadWriter } from './writer.ts'

/** Where and how SQLite keeps an app's records. */
export interface SqliteOptions {
  /** @default 'app.db' in the app's data folder */
  readonly file?: string
  /**
   * `off` loses acknowledged commits when the machine loses power; it is for tests.
   *
   * @default 'full'
   */
  readonly synchronous?: Synchronous
  /** Where migration files are. @default 'migrations' */
  readonly migrations?: string
}

const databaseKind: PartKind = { name: 'database', compare: () => [] }

/**
 * SQLite as the database of an app: one file, nothing to install. A commit is acknowledged when it is on the disk.
 *
 * @example app('bank', { database: sqlite(), parts: [transferMoney] })
 */
export function sqlite(options: SqliteOptions | string = {}): Part {
  return sqlitePart(typeof options === 'string' ? { file: options } : options, false)
}

type OpenHost = Pick<Host, 'ports' | 'folder' | 'mode'>

function sqlitePart(options: SqliteOptions, simulated: boolean): Part {
  let database: Database | undefined
  let temporary: string | undefined

  return {
    kind: databaseKind,
    name: 'sqlite',
    describe: () => ({ engine: 'sqlite' }),
    simulated: () => sqlitePart(options, true),
    async open(host: OpenHost): Promise<Partial<Ports>> {
      if (simulated) temporary = await mkdtemp(join(tmpdir(), 'heddle-'))
      const path = temporary ? join(temporary, 'app.db') : resolve(options.file ?? join(host.folder, 'app.db'))
      await mkdir(dirname(path), { recursive: true })
      const settings = { path, synchronous: simulated ? 'off' : (options.synchronous ?? 'full') } as const
      const writer = simulated ? createInlineWriter(settings) : await createThreadWriter(settings)
      const driver = createSqliteDatabase({ path, writer, readers: new Readers(path) })
      database = host.ports.intercept?.('database', driver) ?? driver
      await prepareSystemTables(database, path)
      return { transactions: new DataTransactions(database, await Schema.read(database)) }
    },
    health: (): PartHealth => ({ ok: database !== undefined }),
    async stop() {
      await database?.close()
      database = undefined
      if (temporary) await rm(temporary, { recursive: true, force: true })
    },
  }
}
