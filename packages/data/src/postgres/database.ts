import type { Timers } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { tenantColumn } from '../sql/names.ts'
import { chain } from '../unit/chain.ts'
import { KeyedLocks } from '../unit/keyed-locks.ts'
import type { Connector } from './connect.ts'
import { postgresError } from './errors.ts'
import { PostgresEventFeed } from './event-feed.ts'
import { Holders } from './holders.ts'
import { keyReads } from './key-reads.ts'
import { migrateDatabase, readFormat } from './migrate.ts'
import { quote } from './names.ts'
import { type ReaderLimits, Readers } from './readers.ts'
import { Session } from './session.ts'
import { ask } from './statement.ts'
import { takenRows, takeStatement } from './take-sql.ts'
import { CommitWriter } from './writer.ts'

/** How many connections of each use there are at most. */
export interface ConnectionLimits extends ReaderLimits {
  readonly holders: number
}

/** What the PostgreSQL driver is put together from. */
export interface PostgresDatabaseParts {
  readonly connector: Connector
  readonly timers: Timers
  readonly limits: ConnectionLimits
}

/** PostgreSQL behind the `Database` port. */
export function createPostgresDatabase({ connector, timers, limits }: PostgresDatabaseParts): Database {
  const { where } = connector
  const readers = new Readers(connector, limits)
  const holders = new Holders(connector, limits.holders)
  const writer = new CommitWriter(connector, (commit) => holders.commitAlone(commit))
  const session = new Session(connector, timers)
  const locks = new KeyedLocks()
  const read = keyReads((table, tenant, keys) => readers.newest.read(table, tenant, keys))
  const find: Database['find'] = (table, tenant, query) => readers.newest.find(table, tenant, query)
  const feed = new PostgresEventFeed({ find, last: () => readers.newest.lastEvent() }, session)

  return {
    name: 'postgres',
    isShared: true,
    notices: session,
    claims: session,
    read,
    find,
    findAcross: (table, query) => readers.newest.findAcross(table, query),
    countAcross: (table, query) => readers.newest.countAcross(table, query),
    count: (table, tenant, where) => readers.newest.count(table, tenant, where),
    query: (tenant, query) => readers.newest.query(tenant, query),
    snapshot: (signal) => readers.snapshot(signal),

    async commit(commit) {
      const refusal = await (holders.commit(commit.holder, commit) ?? writer.commit(commit))
      if (!refusal && commit.events) feed.committed(commit.events)
      return refusal
    },

    waiting: () => writer.waiting,
    lastEvent: () => feed.lastEvent(),
    readEvents: (query) => feed.readEvents(query),
    watchEvents: (wake, names) => feed.watchEvents(wake, names),

    lock(holder, addresses, signal, rows = []) {
      // Those of this process wait in memory, so that of each process one at most waits for rows.
      const locked = locks.lock(holder, addresses, signal)
      return rows.length === 0 ? locked : chain(locked, () => holders.lock(holder, rows, signal))
    },

    unlock(holder) {
      holders.free(holder)
      locks.unlock(holder)
    },

    now: () =>
      holders.use(async (client) => {
        const { rows } = await client.query('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')
        return (rows as { now: number }[])[0]!.now
      }),

    take: (take) => holders.use(async (client) => takenRows(take, (await ask(client, takeStatement(take))).rows)),

    prune: ({ table, column, below, limit }) =>
      holders.use(async (client) => {
        const [name, key] = [quote(table.name), quote(table.key)]
        // Another process may be at it too: each takes what the other has not.
        const old = `SELECT ${tenantColumn}, ${key} FROM ${name} WHERE ${quote(column)} < $1::bigint LIMIT $2::bigint
          FOR UPDATE SKIP LOCKED`
        const sql = `DELETE FROM ${name} WHERE (${tenantColumn}, ${key}) IN (${old})`
        return (await ask(client, { sql, values: [below, limit] })).changed
      }),

    format: () => holders.use(readFormat),
    async migrate(migration) {
      // Over a connection of its own: a change of a large table takes as long as it takes.
      const client = await connector.client({}, true)
      try {
        await migrateDatabase(client, where, migration)
      } catch (error) {
        throw postgresError(error, where)
      } finally {
        await client.end()
      }
    },

    async close() {
      await writer.close()
      await Promise.all([session.close(), readers.close(), holders.close()])
    },
  }
}
