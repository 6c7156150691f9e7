import type { PartHealth } from '@heddle/core'
import type { MigratedPart } from '../migration/folder.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { databasePart, type OpenDriver, type OpenHost } from '../system/database-part.ts'
import { createConnector } from './connect.ts'
import { createPostgresDatabase } from './database.ts'
import { prepareDatabase } from './migrate.ts'
import { assertSuitable } from './suitable.ts'

/** Where PostgreSQL is, and how it is used. */
export interface PostgresOptions {
  /** E.g. `postgres://user:password@host:5432/database`; see https://www.postgresql.org/docs/current/libpq-connect.html */
  readonly url: string
  /** Most connections that read at a time (limit `postgres.readers`). @default 4 */
  readonly readers?: number
  /** Most queries that hold a snapshot at a time (limit `postgres.snapshots`). The others wait. @default 8 */
  readonly snapshots?: number
  /** Most commands that hold locks at a time (limit `postgres.holders`). The others wait. @default 4 */
  readonly holders?: number
  /** How long a connection may take, in milliseconds (limit `postgres.connect`). @default 5000 */
  readonly connectTimeoutMs?: number
  /** How long a statement may run, in milliseconds (limit `postgres.answer`). @default 60000 */
  readonly answerTimeoutMs?: number
  /** The folder of the migration files, relative to that of the app. @default 'migrations' */
  readonly migrations?: string
}

/**
 * PostgreSQL (16 or newer) as the database of an app: many processes may serve it. A commit is acknowledged when the
 * server has it on its disk. While the server is away each call fails with `Unavailable`, and work goes on by itself when
 * it is back. `simulate` and `testApp` run the app on SQLite.
 *
 * @example app('bank', { database: postgres(process.env.DATABASE_URL!), parts: [transferMoney] })
 */
export function postgres(options: PostgresOptions | string): MigratedPart {
  const given = typeof options === 'string' ? { url: options } : options
  return databasePart({
    name: 'postgres',
    migrations: given.migrations,
    isEmbedded: false,
    describe: () => ({ engine: 'postgres' }),
    open: (host) => openServer(given, host),
    simulated: () => {
      const twin = sqlite({ migrations: given.migrations })
      return twin.simulated?.() ?? twin
    },
  })
}

async function openServer(options: PostgresOptions, { ports: { log, timers } }: OpenHost): Promise<OpenDriver> {
  const { url, readers = 4, snapshots = 8, holders = 4, connectTimeoutMs = 5000, answerTimeoutMs = 60_000 } = options
  const connector = await createConnector({ url, connectTimeoutMs, answerTimeoutMs })
  const { where } = connector
  const client = await connector.client({})
  try {
    await assertSuitable(client, where, log)
    await prepareDatabase(client)
  } finally {
    await client.end()
  }
  const database = createPostgresDatabase({ connector, timers, limits: { readers, snapshots, holders } })
  const check = async (): Promise<PartHealth> => {
    try {
      await database.now()
      return { ok: true }
    } catch (error) {
      return { ok: false, detail: (error as Error).message }
    }
  }
  return { database, where, hasUpkeep: true, check }
}
