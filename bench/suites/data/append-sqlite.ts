import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import type { Deposit } from './deposits.ts'

interface Waiting {
  readonly deposit: Deposit
  readonly resolve: (answer: unknown) => void
  readonly reject: (cause: unknown) => void
}

/**
 * Hand-written: what arrives within a tick goes into one transaction, durable before it is acknowledged. Each event has
 * a position among all and a number in its stream, and no two of a stream have the same.
 */
export const contender: Contender = {
  async open() {
    const folder = folderInMemory()
    const database = new DatabaseSync(join(folder, 'bench.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec(
      `CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, stream TEXT, number INTEGER,
        id TEXT, name TEXT, data TEXT, at INTEGER, UNIQUE (tenant, stream, number))`,
    )
    const append = database.prepare(
      `INSERT INTO events (tenant, stream, number, id, name, data, at) VALUES (?1, ?2,
        (SELECT coalesce(max(number), 0) + 1 FROM events WHERE tenant = ?1 AND stream = ?2), ?3, ?4, ?5, ?6)
        RETURNING number`,
    )
    const read = database.prepare('SELECT data FROM events WHERE tenant = ? AND stream = ? AND number = ?')
    let waiting: Waiting[] = []
    let appended = 0

    const commit = (): void => {
      const group = waiting
      waiting = []
      try {
        database.exec('BEGIN IMMEDIATE')
        const numbers = group.map(({ deposit: { stream, cents, note } }) =>
          append.get('main', stream, randomUUID(), 'bench.Deposited', JSON.stringify({ cents, note }), Date.now()),
        )
        database.exec('COMMIT')
        for (const [index, { resolve, deposit }] of group.entries()) {
          resolve({ ok: true, value: { stream: deposit.stream, length: numbers[index]!['number'] } })
        }
      } catch (cause) {
        for (const { reject } of group) reject(cause)
      }
    }

    return {
      call: (input) =>
        new Promise((resolve, reject) => {
          appended++
          if (waiting.push({ deposit: input as Deposit, resolve, reject }) === 1) setImmediate(commit)
        }),
      answer: ({ ok, value }: { ok: boolean; value: { stream: string; length: number } }) => {
        const row = read.get('main', value.stream, value.length) as { data: string }
        return { ok, last: (JSON.parse(row.data) as { cents: number }).cents }
      },
      close() {
        const { rows } = database.prepare('SELECT count(*) AS rows FROM events').get() as { rows: number }
        database.close()
        rmSync(folder, { recursive: true })
        if (rows !== appended) throw new Error(`${appended} events were acknowledged, ${rows} are there`)
      },
    }
  },
}
