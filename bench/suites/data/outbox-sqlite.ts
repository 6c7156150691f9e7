import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import type { Order } from '../commands/inputs.ts'

interface Waiting {
  readonly order: Order
  readonly id: string
  readonly resolve: (answer: unknown) => void
  readonly reject: (cause: unknown) => void
}

/** The tables that `outbox-heddle` has, as its database has them. */
const tables = `
  CREATE TABLE "bench.Order" (_tenant TEXT NOT NULL, _version INTEGER NOT NULL, id TEXT NOT NULL, name TEXT, qty INTEGER,
    price REAL, active INTEGER, PRIMARY KEY (_tenant, id)) WITHOUT ROWID;
  CREATE TABLE "heddle.Event" (_tenant TEXT NOT NULL, _version INTEGER NOT NULL, "offset" INTEGER PRIMARY KEY,
    tenant TEXT, id TEXT, name TEXT, version INTEGER, key TEXT, data TEXT, at INTEGER, principal TEXT, traceId TEXT);
  CREATE TABLE _commits (version INTEGER NOT NULL, events INTEGER NOT NULL);
  INSERT INTO _commits VALUES (0, 0)`

/**
 * Hand-written on the calling thread: what arrives within a tick goes into one transaction, durable before it is
 * acknowledged. It checks nothing and knows no command; it runs the statements that ours runs.
 */
export const outboxByHand = (emits: boolean): Contender => ({
  async open() {
    const folder = folderInMemory()
    const database = new DatabaseSync(join(folder, 'bench.db'))
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${tables}`)
    const insert = database.prepare(
      'INSERT INTO "bench.Order" (_version, _tenant, id, name, qty, price, active) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    const append = database.prepare(
      `INSERT INTO "heddle.Event" (_version, _tenant, "offset", tenant, id, name, version, key, data, at, principal, traceId)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const begin = database.prepare('BEGIN IMMEDIATE')
    const save = database.prepare('UPDATE _commits SET version = ?, events = ?')
    const end = database.prepare('COMMIT')
    let waiting: Waiting[] = []
    let inserted = 0
    let version = 0
    let offset = 0

    const write = ({ order: { name, qty, price, active }, id }: Waiting): void => {
      insert.run(++version, 'main', id, name, qty, price, active ? 1 : 0)
      if (!emits) return
      const data = JSON.stringify({ name, qty, price, active, id })
      append.run(version, '', ++offset, 'main', randomUUID(), 'bench.OrderPlaced', 1, id, data, Date.now(), null, null)
    }

    const commit = (): void => {
      const group = waiting
      waiting = []
      try {
        begin.run()
        for (const one of group) write(one)
        save.run(version, offset)
        end.run()
        for (const { resolve, id } of group) resolve({ ok: true, value: { id } })
      } catch (cause) {
        for (const { reject } of group) reject(cause)
      }
    }

    return {
      call: (input) =>
        new Promise((resolve, reject) => {
          const id = `o-${++inserted}`
          if (waiting.push({ order: input as Order, id, resolve, reject }) === 1) setImmediate(commit)
        }),
      answer: ({ ok, value }: { ok: boolean; value: { id: string } }) => {
        const row = database
          .prepare('SELECT qty * price AS total FROM "bench.Order" WHERE _tenant = ? AND id = ?')
          .get('main', value.id)
        return { ok, total: row?.['total'] }
      },
      close() {
        const counted = 'SELECT (SELECT count(*) FROM "bench.Order") AS orders, count(*) AS events FROM "heddle.Event"'
        const { orders, events } = database.prepare(counted).get() as { orders: number; events: number }
        database.close()
        rmSync(folder, { recursive: true })
        if (orders !== inserted || events !== (emits ? inserted : 0))
          throw new Error(`${inserted} rows were acknowledged, ${orders} rows and ${events} events are there`)
      },
    }
  },
})

export const contender = outboxByHand(true)
