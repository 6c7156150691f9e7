import { type Clock, systemFailure, uuidV7 } from '@heddle/core'
import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createFileContents } from '../blob/file-contents.ts'
import type { Database } from '../database/database.ts'
import { makeFolder } from '../folder/make-folder.ts'
import type { MigratedPart } from '../migration/folder.ts'
import { databasePart, type OpenDriver, type OpenHost } from '../system/database-part.ts'
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

/**
 * SQLite as the database of an app: one file, nothing to install. A commit is acknowledged when it is on the disk.
 * The process that opens it owns the folder in which the file lies.
 *
 * @example app('bank', { database: sqlite(), parts: [transferMoney] })
 */
export function sqlite(options: SqliteOptions | string = {}): MigratedPart {
  return sqlitePart(typeof options === 'string' ? { file: options } : options, openFile)
}

function sqlitePart(
  options: SqliteOptions,
  open: (options: SqliteOptions, host: OpenHost) => Promise<OpenDriver>,
): MigratedPart {
  return databasePart({
    name: 'sqlite',
    migrations: options.migrations,
    isEmbedded: true,
    describe: () => ({ engine: 'sqlite' }),
    open: (host) => open(options, host),
    simulated: () => sqlitePart(options, openSimulated),
  })
}

/** The file in its folder, with the writer in a thread of its own. */
async function openFile(
  { file, synchronous = 'full' }: SqliteOptions,
  { folder, root, ports }: OpenHost,
): Promise<OpenDriver> {
  const path = file === undefined ? resolve(folder, 'app.db') : resolve(root, file)
  await makeFolder(dirname(path))
  await assertWritable(path)
  const ownership = own(dirname(path))
  const release = () => ownership.release()
  try {
    assertOwnFile(path)
    const database = await assemble(path, ports.clock, await createThreadWriter({ path, synchronous }), true)
    const newId = () => uuidV7(ports.clock, ports.random)
    const blobs = await createFileContents(join(dirname(path), 'blobs'), newId)
    return { database, blobs, where: path, hasUpkeep: true, release }
  } catch (error) {
    release()
    throw error
  }
}

/** A private file without syncs, and no other thread: a simulated machine does not lose power. */
async function openSimulated(_options: SqliteOptions, { ports }: OpenHost): Promise<OpenDriver> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-'))
  const settings: WriterSettings = { path: join(folder, 'app.db'), synchronous: 'off' }
  const database = await assemble(settings.path, ports.clock, createInlineWriter(settings), false)
  const release = () => rm(folder, { recursive: true, force: true })
  return { database, where: settings.path, hasUpkeep: false, release }
}

async function assemble(path: string, clock: Clock, writer: Writer, threaded: boolean): Promise<Database> {
  try {
    return createSqliteDatabase({ path, clock, writer, readers: new Readers(path, threaded) })
  } catch (error) {
    await writer.close()
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
