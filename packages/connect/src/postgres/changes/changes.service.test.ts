import { createPorts, memoryLog, systemClock } from '@heddle/core'
import { sourceHost, testSource } from '@heddle/stream/testing'
import { expect, test } from 'vitest'
import { readCount } from '../../../fixtures/changes-database.ts'
import { databaseOfTests } from '../../../fixtures/changes-life.ts'
import { z } from 'zod'
import { postgresChanges } from './postgres-changes.ts'
import type { RowChange } from './records.ts'

const { server, database, opened } = databaseOfTests()

testSource('PostgreSQL', async () => {
  const own = await server.database()
  await own.run(
    'CREATE TABLE orders (id int PRIMARY KEY, item text)',
    `INSERT INTO orders SELECT n, 'item ' || n FROM generate_series(1, 7) n`,
  )
  const copied = (id: number) => ({
    table: 'public.orders',
    kind: 'insert',
    after: { id, item: `item ${id}` },
    lsn: null,
    committedAt: null,
  })
  const source = postgresChanges({ url: own.url, tables: ['orders'], copyRows: 3 })
  return {
    source,
    expected: { changes: [1, 2, 3, 4, 5, 6, 7].map(copied) },
    async append() {
      await own.run('BEGIN', 'DELETE FROM orders WHERE id = 3', "INSERT INTO orders VALUES (8, 'h')", 'COMMIT')
      const any = { lsn: expect.any(String), committedAt: expect.any(String) }
      return [
        { table: 'public.orders', kind: 'delete', before: { id: 3 }, ...any },
        { table: 'public.orders', kind: 'insert', after: { id: 8, item: 'h' }, ...any },
      ]
    },
    async close() {
      const open = await source.open(sourceHost())
      await open.forget?.()
      await own.close()
    },
  }
})

test('rows that are there come first, then each change as it is committed, with the row before and after', async () => {
  await database.run(
    'CREATE TABLE orders (id int PRIMARY KEY, item text)',
    'ALTER TABLE orders REPLICA IDENTITY FULL',
    "INSERT INTO orders VALUES (1, 'a')",
  )
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['orders'] }))
  expect((await readCount(reader, 1)).values).toEqual([
    { table: 'public.orders', kind: 'insert', after: { id: 1, item: 'a' }, lsn: null, committedAt: null },
  ])
  const began = Date.now()
  await database.run(
    'BEGIN',
    "INSERT INTO orders VALUES (2, 'b')",
    "UPDATE orders SET item = 'A' WHERE id = 1",
    'COMMIT',
    'DELETE FROM orders WHERE id = 1',
    'TRUNCATE orders',
  )
  const { values, times, keys } = await readCount(reader, 4)
  const changes = values as RowChange[]
  expect(changes).toMatchObject([
    { kind: 'insert', after: { id: 2, item: 'b' } },
    { kind: 'update', before: { id: 1, item: 'a' }, after: { id: 1, item: 'A' } },
    { kind: 'delete', before: { id: 1, item: 'A' } },
    { kind: 'truncate' },
  ])
  expect(changes[0]!.lsn).toBe(changes[1]!.lsn)
  expect(changes[2]!.lsn).not.toBe(changes[1]!.lsn)
  expect(keys).toEqual([2, 1, 1, null])
  for (const [at, time] of times.entries()) {
    expect(Math.floor(Date.parse(changes[at]!.committedAt!))).toBe(time)
    expect(time).toBeGreaterThanOrEqual(began - 1)
  }
})

test('values are told as plain JSON, whatever the type of their column', async () => {
  await database.run(
    "CREATE TYPE mood AS ENUM ('sad', 'glad')",
    'CREATE DOMAIN cents AS int8',
    `CREATE TABLE every (id int2 PRIMARY KEY, b bool, big cents, huge int8, n numeric, f float8, odd float8, t timestamptz,
       l timestamp, d date, j jsonb, js json, raw bytea, u uuid, m mood, ms mood[], c cents[], grid int[], words text[],
       none text, double int GENERATED ALWAYS AS (id * 2) STORED)`,
  )
  const insert = (id: number) => `INSERT INTO every VALUES (${id}, true, 7, 9007199254740993, 1.10, 0.1, 'NaN',
    '2026-11-21 20:00:00.123456+02', '2026-11-21 20:00', '2026-11-21', '{"a": [1, null]}', '2', '\\x00ff',
    '00000000-0000-7000-8000-000000000000', 'glad', '{sad,NULL}', '{1,2}', '{{1,2},{3,4}}', '{"a,\\"b\\"",NULL,"NULL",\ufeffä}', NULL)`
  const row = (id: number) => ({
    id,
    b: true,
    big: 7,
    huge: '9007199254740993',
    n: '1.10',
    f: 0.1,
    odd: 'NaN',
    t: '2026-11-21T18:00:00.123456Z',
    l: '2026-11-21T20:00:00',
    d: '2026-11-21',
    j: { a: [1, null] },
    js: 2,
    raw: 'AP8=',
    u: '00000000-0000-7000-8000-000000000000',
    m: 'glad',
    ms: ['sad', null],
    c: [1, 2],
    grid: [
      [1, 2],
      [3, 4],
    ],
    words: ['a,"b"', null, 'NULL', '\ufeffä'],
    none: null,
  })
  await database.run(insert(1))
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['every'] }))
  const [copied] = (await readCount(reader, 1)).values as RowChange[]
  expect(copied!.after).toEqual(row(1))
  await database.run(insert(2))
  const [live] = (await readCount(reader, 1)).values as RowChange[]
  expect(live!.after).toEqual(row(2))
})

test('columns that are added, renamed and dropped are told as they were at each change, and the log says so', async () => {
  await database.run('CREATE TABLE orders (id int PRIMARY KEY, item text)', "INSERT INTO orders VALUES (1, 'a')")
  const log = memoryLog()
  const source = postgresChanges({ url: database.url, tables: ['orders'] })
  const { reader, close } = await opened(source, undefined, { ports: createPorts({ log }) })
  const first = await readCount(reader, 1)
  await database.run(
    "INSERT INTO orders VALUES (2, 'b')",
    'ALTER TABLE orders ADD COLUMN price numeric DEFAULT 1',
    "UPDATE orders SET item = 'A' WHERE id = 1",
    'ALTER TABLE orders RENAME COLUMN item TO name',
    'ALTER TABLE orders ALTER COLUMN id TYPE bigint',
    "INSERT INTO orders VALUES (3, 'c', 2.5)",
  )
  const live = await readCount(reader, 3)
  const rows = (values: readonly unknown[]) => (values as RowChange[]).map(({ after }) => after)
  expect(rows(live.values)).toEqual([
    { id: 2, item: 'b' },
    { id: 1, item: 'A', price: '1' },
    { id: 3, name: 'c', price: '2.5' },
  ])
  const told = log.lines.filter(({ message }) => message === 'The columns of public.orders have changed')
  expect(told).toHaveLength(2)
  expect(told[1]!.fields).toEqual({
    before: '"id" 23, "item" 25, "price" 1700',
    now: '"id" 20, "name" 25, "price" 1700',
  })
  await close()
  // The same changes again, with the table as it was then and not as it is now.
  await database.run('ALTER TABLE orders DROP COLUMN name')
  const again = await opened(source, first.position)
  expect(rows((await readCount(again.reader, 3)).values)).toEqual(rows(live.values))
})

test('a large value that was not changed is named, and told where the log tells old rows', async () => {
  await database.run(
    'CREATE TABLE notes (id int PRIMARY KEY, title text, body text)',
    'ALTER TABLE notes ALTER COLUMN body SET STORAGE EXTERNAL',
    `INSERT INTO notes VALUES (1, 'a', repeat('x', 5000))`,
  )
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['notes'] }))
  await readCount(reader, 1)
  await database.run(
    "UPDATE notes SET title = 'b'",
    'ALTER TABLE notes REPLICA IDENTITY FULL',
    "UPDATE notes SET title = 'c'",
  )
  const { values } = await readCount(reader, 2)
  const body = 'x'.repeat(5000)
  expect(values).toMatchObject([
    { after: { id: 1, title: 'b' }, unchanged: ['body'] },
    { before: { id: 1, title: 'b', body }, after: { id: 1, title: 'c', body } },
  ])
  expect((values[0] as RowChange).after).not.toHaveProperty('body')
  expect(values[1]).not.toHaveProperty('unchanged')
})

test('a table that is emptied while its copy is interrupted is told as emptied, and copied anew', async () => {
  await database.run('CREATE TABLE orders (id int PRIMARY KEY)', 'INSERT INTO orders SELECT generate_series(1, 10)')
  const source = postgresChanges({ url: database.url, tables: ['orders'] })
  const first = await opened(source)
  const { position } = await readCount(first.reader, 4)
  await first.close()
  await database.run(
    'INSERT INTO orders VALUES (0)',
    'TRUNCATE orders',
    'INSERT INTO orders VALUES (3), (30)',
    'DELETE FROM orders WHERE id = 3',
    'INSERT INTO orders VALUES (40)',
  )
  const { reader } = await opened(source, position)
  const { values } = await readCount(reader, 3)
  await database.run('INSERT INTO orders VALUES (50)')
  const all = [...values, ...(await readCount(reader, 1)).values] as RowChange[]
  expect(all.map(({ kind, after }) => [kind, after?.['id']])).toEqual([
    ['truncate', undefined],
    ['insert', 30],
    ['insert', 40],
    ['insert', 50],
  ])
})

test('a table that is added is copied, while the others go on where they were', async () => {
  await database.run(
    'CREATE TABLE a (id int PRIMARY KEY)',
    'CREATE TABLE b (id int PRIMARY KEY)',
    'INSERT INTO a VALUES (1)',
    'INSERT INTO b VALUES (1)',
  )
  const first = await opened(postgresChanges({ url: database.url, tables: ['a'] }))
  const { position } = await readCount(first.reader, 1)
  await first.close()
  const writer = await database.client()
  await writer.query('BEGIN')
  await writer.query('INSERT INTO b VALUES (2)')
  await database.run('INSERT INTO a VALUES (2)', 'INSERT INTO b VALUES (3)')
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['a', 'b'] }), position)
  const reading = readCount(reader, 5)
  await new Promise((resolve) => setImmediate(resolve))
  await writer.query('COMMIT')
  await writer.end()
  await database.run('INSERT INTO b VALUES (4)')
  const told = (await reading).values as RowChange[]
  expect(told.map(({ table, after }) => `${table} ${after!['id'] as number}`).toSorted()).toEqual([
    'public.a 2',
    'public.b 1',
    'public.b 2',
    'public.b 3',
    'public.b 4',
  ])
})

test('a source is forgotten with its slot and its publication', async () => {
  await database.run('CREATE TABLE orders (id int PRIMARY KEY)')
  const { open, reader } = await opened(postgresChanges({ url: database.url, tables: ['orders'] }))
  const reading = reader.read(1)
  await database.run('INSERT INTO orders VALUES (1)')
  await reading
  const slots = 'SELECT slot_name AS name FROM pg_replication_slots WHERE database = current_database()'
  const publications = 'SELECT pubname AS name FROM pg_publication'
  const [slot] = await database.rows(slots)
  expect(slot!['name']).toMatch(/^heddle_shop_orders_source_[0-9a-f]{10}$/)
  expect(await database.rows(publications)).toEqual([slot])
  await open.forget?.()
  expect(await database.rows(slots)).toEqual([])
  expect(await database.rows(publications)).toEqual([])
})

test('the server forgets what is part of a checkpoint, also what it wrote for others', async () => {
  await database.run(
    'CREATE TABLE orders (id int PRIMARY KEY)',
    'CREATE TABLE noise (n int)',
    'INSERT INTO orders VALUES (1)',
  )
  // Time runs fast, so that a position without records is told soon.
  const clock = { now: systemClock.now, monotonic: () => performance.now() * 1000 }
  const source = postgresChanges({ url: database.url, tables: ['orders'] })
  const { reader } = await opened(source, undefined, { ports: createPorts({ clock, log: memoryLog() }) })
  await readCount(reader, 1)
  const confirmed = async () =>
    BigInt(
      (
        await database.rows(
          "SELECT confirmed_flush_lsn - '0/0' AS lsn FROM pg_replication_slots WHERE database = current_database()",
        )
      )[0]!['lsn'] as string,
    )
  const before = await confirmed()
  await database.run('INSERT INTO orders VALUES (2)')
  const { position } = await readCount(reader, 1)
  await reader.committed?.(position!)
  await expect.poll(confirmed).toBeGreaterThan(before)
  const after = await confirmed()
  const next = Promise.resolve(reader.read(1))
  await database.run('INSERT INTO noise SELECT generate_series(1, 1000)')
  const quiet = await next
  expect(quiet!.values).toEqual([])
  await reader.committed?.(quiet!.position)
  await expect.poll(confirmed).toBeGreaterThan(after)
})

test('records that do not fit the type of the plan are told as unread', async () => {
  await database.run(
    'CREATE TABLE orders (id int PRIMARY KEY, item text)',
    "INSERT INTO orders VALUES (1, 'a'), (2, NULL)",
  )
  const schema = z.object({ kind: z.literal('insert'), after: z.object({ id: z.int(), item: z.string() }) })
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['orders'] }), undefined, { schema })
  const batch = await reader.read(10)
  expect(batch!.values).toEqual([{ kind: 'insert', after: { id: 1, item: 'a' } }])
  expect(batch!.unread).toMatchObject([{ index: 1, errors: [{ code: 'InvalidType', path: ['after', 'item'] }] }])
})
