import { systemFailure } from '@heddle/core'
import type { Host, Maybe, Part, PartHealth, PartKind, Ports } from '@heddle/core'
import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Database } from '../database/database.ts'
import { makeFolder } from '../folder/make-folder.ts'
import { type MigratedPart, migrationsFolder, usualMigrations } from '../migration/folder.ts'
import { assertMigrated } from '../migration/guard.ts'
import { Schema } from '../migration/schema.ts'
import { createDeadLetters } from '../system/dead-letters.ts'
import { createDeployments } from '../system/deployments.ts'
import { createIdempotency } from '../system/idempotency.ts'
import { prepareSystemTables } from '../system/prepare.ts'
import { startRetention } from '../system/retention.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import type { Synchronous, WriterSettings } from './connection.ts'
import { createSqliteDatabase } from './database.ts'
import { assertOwnFile } from './foreign.ts'
import { own } from './owner.ts'
import { Readers } from './readers.ts'
import { createInlineWriter, createThreadWriter, type Writer } from './writer.ts'

/** Where and how SQLite keeps an app's records. */
export interface SqliteOptions {
  /** Relative to the folder of the app. @default 'app.db' in the app's data folder */
  readonly file?: string
  /**
   * `off` loses acknowledged commits when the machine loses power; it is for tests.
   *
   * @default 'full'
   */
  readonly synchronous?: Synchronous
  /** The folder of the migration files, relative to that of the app. @default 'migrations' */
  readonly migrations?: string
}

/** A database that is open, and how it is closed. */
interface Opened {
  /** What calls use: the driver, or what a simulation put in front of it. */
  readonly database: Database
  readonly schema: Schema
  close(): Promise<void>
}

const databaseKind: PartKind = { name: 'database', compare: () => [] }

/**
 * SQLite as the database of an app: one file, nothing to install. A commit is acknowledged when it is on the disk.
 * The process that opens it owns the folder in which the file lies.
 *
 * @example app('bank', { database: sqlite(), parts: [transferMoney] })
 */
export function sqlite(options: SqliteOptions | string = {}): MigratedPart {
  return sqlitePart(typeof options === 'string' ? { file: options } : options, openFile)
}

type Open = (options: SqliteOptions, host: PortsHost) => Promise<Opened>
type PortsHost = Pick<Host, 'ports' | 'folder' | 'root' | 'mode'>

/** The declaration. Nothing is open in it: each app that is opened takes an instance. */
function sqlitePart(options: SqliteOptions, open: Open): MigratedPart {
  const part: MigratedPart = {
    kind: databaseKind,
    name: 'sqlite',
    migrations: options.migrations ?? usualMigrations,
    describe: () => ({ engine: 'sqlite' }),
    simulated: () => sqlitePart(options, openSimulated),
    instance: () => sqliteInstance(part, options, open),
  }
  return part
}

/** One open file. */
function sqliteInstance(declared: MigratedPart, options: SqliteOptions, open: Open): Part {
  let opened: Opened | undefined
  return {
    ...declared,
    instance: undefined,
    async open(host): Promise<Partial<Ports>> {
      const database = await open(options, host)
      try {
        await assertMigrated(database.database, migrationsFolder(declared, host.root), host.mode)
      } catch (error) {
        await database.close()
        throw error
      }
      opened = database
      return portsOf(opened, host.ports)
    },
    health: (): PartHealth => ({ ok: opened !== undefined }),
    async stop() {
      const closing = opened
      opened = undefined
      await closing?.close()
    },
  }
}

function portsOf({ database, schema }: Opened, { clock, random }: Ports): Partial<Ports> {
  return {
    transactions: new DataTransactions(database, schema),
    idempotency: createIdempotency(database, clock),
    deadLetters: createDeadLetters(database, clock, random),
    deployments: createDeployments(database, clock, random),
  }
}

/** The file in its folder, with the writer in a thread of its own. */
async function openFile(
  { file, synchronous = 'full' }: SqliteOptions,
  { ports, folder, root }: PortsHost,
): Promise<Opened> {
  const path = file === undefined ? resolve(folder, 'app.db') : resolve(root, file)
  await makeFolder(dirname(path))
  await assertWritable(path)
  const ownership = own(dirname(path))
  try {
    assertOwnFile(path)
    const opened = await assemble(path, ports, await createThreadWriter({ path, synchronous }), true)
    const stopRetention = startRetention(opened.database, ports)
    return {
      ...opened,
      async close() {
        await stopRetention()
        await opened.close()
        ownership.release()
      },
    }
  } catch (error) {
    ownership.release()
    throw error
  }
}

/** A private file without syncs, and no other thread: a simulated machine does not lose power. */
async function openSimulated(_options: SqliteOptions, { ports }: PortsHost): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-'))
  const settings: WriterSettings = { path: join(folder, 'app.db'), synchronous: 'off' }
  const opened = await assemble(settings.path, ports, createInlineWriter(settings), false)
  return {
    ...opened,
    async close() {
      await opened.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Puts the driver together and brings its system tables up to date. */
async function assemble(path: string, ports: Ports, writer: Writer, threaded: boolean): Promise<Opened> {
  let close: () => Maybe<void> = () => writer.close()
  try {
    const driver = createSqliteDatabase({ path, writer, readers: new Readers(path, threaded) })
    close = () => driver.close()
    await prepareSystemTables(driver, path)
    const database = ports.intercept?.('database', driver) ?? driver
    return { database, schema: await Schema.read(driver), close: async () => close() }
  } catch (error) {
    await close()
    throw error
  }
}

/** Says now, and not in the first call, that the file cannot be written. */
async function assertWritable(path: string): Promise<void> {
  for (const name of [dirname(path), path]) {
    await access(name, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw systemFailure('DatabaseReadOnly', { path: name }, { cause })
    })
  }
}
