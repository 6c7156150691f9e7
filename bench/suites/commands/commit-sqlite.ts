import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import type { Order } from './inputs.ts'

interface Waiting {
  readonly order: Order
  readonly id: number
  readonly resolve: (answer: unknown) => void
  readonly reject: (cause: unknown) => void
}

/** Hand-written group commit: what arrives within a tick goes into one transaction, durable before it is acknowledged. */
export const contender: Contender = {
  async open() {
    const folder = folderInMemory()
    const database = new DatabaseSync(join(folder, 'bench.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec(
      'CREATE TABLE orders (tenant TEXT, id TEXT, version INTEGER, name TEXT, qty INTEGER, price REAL, active INTEGER, PRIMARY KEY (tenant, id)) WITHOUT ROWID',
    )
    const insert = database.prepare('INSERT INTO orders VALUES (?, ?, 1, ?, ?, ?, ?)')
    let waiting: Waiting[] = []
    let inserted = 0

    const commit = (): void => {
      const group = waiting
      waiting = []
      try {
        database.exec('BEGIN IMMEDIATE')
        for (const { order, id } of group) {
          insert.run('main', `o-${id}`, order.name, order.qty, order.price, order.active ? 1 : 0)
        }
        database.exec('COMMIT')
        for (const { resolve, id } of group) resolve({ ok: true, value: { id: `o-${id}` } })
      } catch (cause) {
        for (const { reject } of group) reject(cause)
      }
    }

    return {
      call: (input) =>
        new Promise((resolve, reject) => {
          if (waiting.push({ order: input as Order, id: ++inserted, resolve, reject }) === 1) setImmediate(commit)
        }),
      answer: ({ ok, value }: { ok: boolean; value: { id: string } }) => {
        const row = database
          .prepare('SELECT qty * price AS total FROM orders WHERE tenant = ? AND id = ?')
          .get('main', value.id)
        return { ok, total: row?.total }
      },
      close() {
        const { rows } = database.prepare('SELECT count(*) AS rows FROM orders').get() as { rows: number }
        database.close()
        rmSync(folder, { recursive: true })
        if (rows !== inserted) throw new Error(`${inserted} rows were acknowledged, ${rows} are there`)
      },
    }
  },
}
