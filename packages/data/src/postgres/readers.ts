import type { Pool } from 'pg'
import type { Snapshot } from '../database/database.ts'
import { borrow, type Connector } from './connect.ts'
import { PostgresReader } from './reader.ts'
import { Slots } from './slots.ts'

/** How many connections read. */
export interface ReaderLimits {
  readonly readers: number
  readonly snapshots: number
}

/** The connections that read: some for single statements, some that hold a snapshot for a query. */
export class Readers {
  readonly newest: PostgresReader
  readonly #pool: Pool
  readonly #where: string
  readonly #snapshots: Slots
  readonly #checked = new Set<string>()
  /** The ways to release what is held. */
  readonly #held = new Set<() => void>()

  constructor(connector: Connector, { readers, snapshots }: ReaderLimits) {
    this.#where = connector.where
    this.#pool = connector.pool(readers + snapshots, { default_transaction_read_only: 'on' })
    this.#snapshots = new Slots(snapshots)
    this.newest = new PostgresReader(this.#pool, this.#where, this.#checked)
  }

  /** One state for several statements. It is that of the first one, with which the transaction's beginning travels. */
  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    await this.#snapshots.take(signal)
    try {
      const { client, giveBack } = await borrow(this.#pool, this.#where)
      // Not waited for: whatever comes of it, the first statement is told.
      client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY').catch(() => undefined)
      const reader = new PostgresReader(client, this.#where, this.#checked)
      const release = () => {
        if (!this.#held.delete(release)) return
        const end = (broken: boolean) => {
          giveBack(broken)
          this.#snapshots.free()
        }
        client.query('COMMIT').then(
          () => end(false),
          () => end(true),
        )
      }
      this.#held.add(release)
      return {
        read: (table, tenant, keys) => reader.read(table, tenant, keys),
        find: (table, tenant, query) => reader.find(table, tenant, query),
        count: (table, tenant, where) => reader.count(table, tenant, where),
        query: (tenant, query) => reader.query(tenant, query),
        release,
      }
    } catch (error) {
      this.#snapshots.free()
      throw error
    }
  }

  /** Whoever still holds a snapshot loses it. */
  close(): Promise<void> {
    for (const release of this.#held) release()
    return this.#pool.end()
  }
}
