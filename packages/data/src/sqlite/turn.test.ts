import { systemClock } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { createSqliteDatabase } from './database.ts'
import { Readers } from './readers.ts'
import { createInlineWriter, createThreadWriter } from './writer.ts'

const table: Table = {
  name: 'test.Count',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'n', kind: 'integer', nullable: false },
  ],
  indexes: [],
}
const write = (id: string, n: number) => ({ kind: 'put', table, values: [id, n] }) as const
const commitOf = (n: number) => ({ tenant: 'main', checks: [], writes: [write('a', n), write('b', n)] })
const numbers = (rows: readonly unknown[]) => rows.map((row) => (row as readonly unknown[] | undefined)?.[2])

async function open(threaded: boolean) {
  const path = join(mkdtempSync(join(tmpdir(), 'heddle-turn-')), 'app.db')
  const settings = { path, synchronous: 'off' } as const
  const writer = threaded ? await createThreadWriter(settings) : createInlineWriter(settings)
  const database = createSqliteDatabase({ path, clock: systemClock, writer, readers: new Readers(path, threaded) })
  const nothing = { tenant: 'main', checks: [], writes: [] }
  await database.migrate({ tables: new Map(), changes: [{ change: 'addTable', table }], commit: nothing })
  await database.commit(commitOf(1))
  const other = new DatabaseSync(path)
  return {
    database,
    read: async (keys: readonly string[]) => numbers(await database.read(table, 'main', keys)),
    /** Commits past the writer, at once: what nobody was told of yet. */
    unseen: (n: number) => other.exec(`UPDATE "test.Count" SET n = ${n}`),
    async [Symbol.asyncDispose]() {
      other.close()
      await database.close()
    },
  }
}

/** Reads at once, as everything does here that is on the calling thread. */
const readNow = (database: Pick<Database, 'read'>, key: string) =>
  numbers(database.read(table, 'main', [key]) as readonly unknown[])[0]

test('reads of one turn share a moment, and those of the next see what was committed meanwhile', async () => {
  await using store = await open(true)
  expect(await store.read(['a', 'b'])).toEqual([1, 1])
  await new Promise(setImmediate)
  expect(readNow(store.database, 'a')).toBe(1)
  expect(readNow(store.database, 'b')).toBe(1)
  store.unseen(2)
  expect(readNow(store.database, 'a')).toBe(1)
  await new Promise(setImmediate)
  expect(readNow(store.database, 'a')).toBe(2)
})

test('a read that stays alone in its turn sees the newest state', async () => {
  await using store = await open(true)
  await new Promise(setImmediate)
  expect(readNow(store.database, 'a')).toBe(1)
  store.unseen(2)
  expect(readNow(store.database, 'b')).toBe(2)
})

test('what a snapshot has shown is seen by the reads after it', async () => {
  await using store = await open(true)
  expect(readNow(store.database, 'a')).toBe(1)
  expect(readNow(store.database, 'b')).toBe(1)
  store.unseen(2)
  const snapshot = await store.database.snapshot()
  expect(numbers(await snapshot.read(table, 'main', ['a']))).toEqual([2])
  expect(readNow(store.database, 'a')).toBe(2)
  snapshot.release()
})

test.each([
  ['in a thread', true],
  ['on the calling thread', false],
])('what a writer %s has acknowledged is seen by the next read', async (_where, threaded) => {
  await using store = await open(threaded)
  for (let n = 2; n < 20; n++) {
    await store.read(['a', 'b'])
    const committed = store.database.commit(commitOf(n))
    await store.read(['a', 'b'])
    await committed
    expect(await store.read(['a', 'b'])).toEqual([n, n])
  }
})
