import { type Json, seededRandom } from '@heddle/core'
import type { PartitionReader } from '@heddle/stream'
import { expect, test } from 'vitest'
import { type ChangesDatabase, openReader } from '../../../fixtures/changes-database.ts'
import { serverOfTests } from '../../../fixtures/changes-life.ts'
import { postgresChanges } from './postgres-changes.ts'
import type { RowChange } from './records.ts'

const server = serverOfTests()

type Dice = (below: number) => number
const diceOf = (seed: number): Dice => {
  const random = seededRandom(seed)
  return (below) => Math.floor(random.next() * below)
}

/** Transactions of all sorts, some long, some given up, until it is told to stop. */
async function write(database: ChangesDatabase, dice: Dice, isOver: () => boolean): Promise<void> {
  const client = await database.client()
  const statements: (() => [string, unknown[]])[] = [
    () => ['INSERT INTO orders VALUES ($1, $2) ON CONFLICT DO NOTHING', [dice(400), `n${dice(1e6)}`]],
    () => ['UPDATE orders SET item = $2 WHERE id = $1', [dice(400), `u${dice(1e6)}`]],
    () => ['DELETE FROM orders WHERE id = $1', [dice(400)]],
    () => [
      'UPDATE orders o SET id = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM orders WHERE id = $2)',
      [dice(400), dice(400)],
    ],
    () => ['UPDATE stock SET place = $2 WHERE sku = $1', [`S${dice(150)}`, `ä${dice(1e6)}`]],
    () => ['DELETE FROM stock WHERE sku = $1', [`s${dice(150)}`]],
    () => [
      'INSERT INTO stock VALUES ($1, $2, 1) ON CONFLICT DO NOTHING',
      [`${'sS'[dice(2)]}${dice(150)}`, `z${dice(9)}`],
    ],
  ]
  while (!isOver()) {
    await client.query('BEGIN')
    let isBroken = false
    for (let left = 1 + dice(6); left > 0 && !isBroken; left--) {
      const [sql, values] = statements[dice(statements.length)]!()
      // Writers meet: one of two that wait for each other, or that take the same key, gives way.
      await client.query(sql, values).catch(() => (isBroken = true))
    }
    await client.query(isBroken || dice(5) === 0 ? 'ROLLBACK' : 'COMMIT')
  }
  await client.end()
}

/** Tables as the records tell them. A change that does not fit them is a gap or a double. */
function replay(records: readonly RowChange[]): Record<string, Map<string, unknown>> {
  const tables: Record<string, Map<string, unknown>> = { orders: new Map(), stock: new Map(), marks: new Map() }
  const keyOf = (name: string, row: RowChange['after']) =>
    name === 'stock' ? `${row!['sku'] as string} ${row!['place'] as string}` : `${row!['id'] as number}`
  for (const [at, change] of records.entries()) {
    const name = change.table.slice('public.'.length)
    const table = tables[name]!
    const told = `record ${at}: ${JSON.stringify(change)}`
    if (change.kind === 'truncate') {
      table.clear()
      continue
    }
    if (change.kind !== 'insert') {
      expect(table.delete(keyOf(name, change.before ?? change.after)), `it is there before ${told}`).toBe(true)
    }
    if (change.kind !== 'delete') {
      const key = keyOf(name, change.after)
      expect(table.has(key), `it is not there before ${told}`).toBe(false)
      table.set(key, change.after)
    }
  }
  return tables
}

async function stored(database: ChangesDatabase, name: string): Promise<unknown[]> {
  return database.rows(`SELECT * FROM ${name}`)
}

const sorted = (rows: Iterable<unknown>): string[] => [...rows].map((row) => JSON.stringify(row)).toSorted()

async function prepare(database: ChangesDatabase): Promise<void> {
  await database.run(
    'CREATE TABLE orders (id int PRIMARY KEY, item text)',
    // The order of this key is the database's own: it is none that a program could repeat.
    `CREATE COLLATION nobody (provider = icu, locale = 'en-u-kr-digit-latn-kf-upper')`,
    'CREATE TABLE stock (sku text COLLATE nobody, place text, count int, PRIMARY KEY (sku, place))',
    'CREATE TABLE marks (id int PRIMARY KEY)',
    `INSERT INTO orders SELECT n, 'item ' || n FROM generate_series(0, 299) n`,
    `INSERT INTO stock SELECT 's' || n, 'a', n FROM generate_series(0, 149) n`,
    `INSERT INTO stock SELECT 'S' || n, 'b', n FROM generate_series(0, 149) n`,
  )
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`each row is told once under concurrent writes, with restarts and lost connections of seed ${seed}`, async () => {
    const dice = diceOf(seed)
    const database = await server.database()
    await prepare(database)
    let isOver = false
    const writers = [1, 2, 3].map((writer) => write(database, diceOf(seed * 10 + writer), () => isOver))
    const source = postgresChanges({
      url: database.url,
      tables: ['orders', 'stock', 'marks'],
      copyRows: 1 + dice(40),
      queueBytes: 1 + dice(20_000),
    })
    const records: RowChange[] = []
    let checkpoint: { position: Json | undefined; count: number } = { position: undefined, count: 0 }
    let reads = 0
    let restarts = 0
    let isMarked = false
    let isSet = false
    while (!isMarked) {
      const { open, reader, close } = await openReader(source, checkpoint.position)
      const until = reads + 5 + dice(25)
      while (!isMarked && (reads++ < until || isOver)) {
        const batch = (await readNext(reader, 1 + dice(30)))!
        records.push(...(batch.values as RowChange[]))
        if (dice(3) === 0) {
          checkpoint = { position: JSON.parse(JSON.stringify(batch.position)) as Json, count: records.length }
          if (dice(2) === 0) await reader.committed?.(checkpoint.position!)
        }
        // Behind the last snapshot, so that it is told after all that the runs of the copy had left open.
        if (isOver && !isSet) await database.run('INSERT INTO marks VALUES (1)')
        isSet = isOver
        if (!isOver && dice(30) === 0) {
          await database.run(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'heddle%' AND datname = current_database()`,
          )
        }
        isMarked = records.some(({ table }) => table === 'public.marks')
      }
      if (isMarked) {
        await close()
        await open.forget?.()
        break
      }
      // It ends without a word: what was given since the checkpoint is not kept.
      await close()
      records.length = checkpoint.count
      if (++restarts === 8) {
        isOver = true
        await Promise.all(writers)
        await database.run('INSERT INTO orders VALUES (1000)')
      }
    }
    const tables = replay(records)
    for (const name of ['orders', 'stock']) {
      expect(sorted(tables[name]!.values())).toEqual(sorted(await stored(database, name)))
    }
    expect(
      await database.rows('SELECT slot_name FROM pg_replication_slots WHERE database = current_database()'),
    ).toEqual([])
    await database.close()
  }, 60_000)
}

const readNext = async (reader: PartitionReader, max: number) => reader.read(max)
