import type { Json } from '@heddle/core'
import { expect, test } from 'vitest'
import { startPostgres } from '../../../../../scripts/services/postgres.ts'
import { readCount } from '../../../fixtures/changes-database.ts'
import { databaseOfTests } from '../../../fixtures/changes-life.ts'
import { postgresChanges, type PostgresChangesOptions } from './postgres-changes.ts'

const life = databaseOfTests({ max_slot_wal_keep_size: '1MB', min_wal_size: '32MB', max_wal_size: '32MB' })
const { server, database, closing } = life

const opened = (given: Partial<PostgresChangesOptions> & { readonly tables: string[] }, position?: Json) =>
  life.opened(postgresChanges({ url: database.url, ...given }), position)
const reading = async (...args: Parameters<typeof opened>) => (await opened(...args)).reader.read(1)
const failure = (code: string, message: string, help: string) => ({
  code,
  message: expect.stringContaining(message) as unknown,
  help: expect.stringContaining(help) as unknown,
})

test('tables whose changes cannot be told are refused before anything is made', async () => {
  await database.run(
    'CREATE TABLE bare (id int)',
    'CREATE TABLE whole (id int)',
    'ALTER TABLE whole REPLICA IDENTITY FULL',
    'CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY)',
    'CREATE VIEW seen AS SELECT 1 AS id',
  )
  for (const [table, message, help] of [
    ['missing', '"public"."missing" does not exist', 'correct its name'],
    ['bare', 'nothing by which its rows are known', 'primary key'],
    ['whole', 'no primary key by which it can be copied', 'copy: false'],
    ['fleeting', 'is not logged', 'SET LOGGED'],
    ['seen', 'is no table', 'below it'],
  ] as const) {
    await expect(reading({ tables: [table] })).rejects.toMatchObject(failure('ChangesRefused', message, help))
  }
  expect(await database.rows('SELECT * FROM pg_publication')).toEqual([])
})

test('a table without a key can be read without a copy, where the log tells old rows', async () => {
  await database.run(
    'CREATE TABLE whole (id int)',
    'ALTER TABLE whole REPLICA IDENTITY FULL',
    'INSERT INTO whole VALUES (1)',
  )
  const { reader } = await opened({ tables: ['whole'], copy: false })
  const next = reader.read(1)
  await expect
    .poll(() => database.rows('SELECT active FROM pg_replication_slots WHERE database = current_database()'))
    .toEqual([{ active: true }])
  await database.run('UPDATE whole SET id = 2')
  expect((await next)!.values).toMatchObject([{ kind: 'update', before: { id: 1 }, after: { id: 2 } }])
})

test('a server that logs too little says what to set', async () => {
  const plain = await startPostgres(undefined, { wal_level: 'replica', fsync: 'off' })
  closing.push(() => plain.remove())
  await expect(reading({ url: plain.url('postgres'), tables: ['orders'] })).rejects.toMatchObject(
    failure('ChangesRefused', 'wal_level is replica', 'wal_level = logical'),
  )
})

test('a user who may not replicate, publish or read is told what to grant', async () => {
  const name = `stranger_${new URL(database.url).pathname.slice(6)}`
  await database.run('CREATE TABLE orders (id int PRIMARY KEY)', `CREATE ROLE ${name} LOGIN PASSWORD 'secret'`)
  const url = new URL(database.url)
  url.username = name
  url.password = 'secret'
  const options = { url: url.href, tables: ['orders'] }
  await expect(reading(options)).rejects.toMatchObject(
    failure('ChangesRefused', 'may make no publication', 'CREATE PUBLICATION'),
  )
  const published = { ...options, publication: 'shop' }
  await expect(reading(published)).rejects.toMatchObject(
    failure('ChangesRefused', 'the publication "shop" does not exist', 'CREATE PUBLICATION "shop" FOR TABLE'),
  )
  await database.run('CREATE PUBLICATION shop')
  await expect(reading(published)).rejects.toMatchObject(
    failure(
      'ChangesRefused',
      'tells nothing of "public"."orders"',
      'ALTER PUBLICATION "shop" ADD TABLE "public"."orders"',
    ),
  )
  await database.run('ALTER PUBLICATION shop ADD TABLE orders')
  await expect(reading(published)).rejects.toMatchObject(failure('ChangesRefused', 'permission denied', 'REPLICATION'))
  await database.run(`ALTER ROLE ${name} REPLICATION`)
  await expect(reading(published)).rejects.toMatchObject(failure('ChangesRefused', 'permission denied', 'GRANT SELECT'))
  await database.run(`GRANT SELECT ON orders TO ${name}`, 'INSERT INTO orders VALUES (1)')
  expect((await reading(published))!.values).toHaveLength(1)
  url.password = 'wrong-secret'
  const stranger = reading({ ...options, url: url.href })
  await expect(stranger).rejects.toMatchObject({ code: 'Unavailable' })
  await expect(stranger).rejects.not.toThrow(/secret/)
})

test('two copies of a job do not read the same slot, neither while they copy nor afterwards', async () => {
  await database.run('CREATE TABLE orders (id int PRIMARY KEY)', 'INSERT INTO orders VALUES (1), (2)')
  const first = await opened({ tables: ['orders'] })
  const { position } = await readCount(first.reader, 1)
  const inUse = failure('SlotInUse', 'Another process reads the replication slot', 'Stop it')
  await expect(reading({ tables: ['orders'] }, position)).rejects.toMatchObject(inUse)
  await readCount(first.reader, 1)
  void first.reader.read(1)
  await expect(reading({ tables: ['orders'] }, position)).rejects.toMatchObject(inUse)
  await first.close()
  expect((await reading({ tables: ['orders'] }, position))!.values).toMatchObject([{ after: { id: 2 } }])
}, 40_000)

test('a slot of another database is left alone', async () => {
  await database.run('CREATE TABLE orders (id int PRIMARY KEY)', 'INSERT INTO orders VALUES (1)')
  const other = await server.database()
  await other.run('CREATE TABLE orders (id int PRIMARY KEY)', 'INSERT INTO orders VALUES (1)')
  const slot = `taken_${Date.now() % 1e9}`
  const { open } = await opened({ url: other.url, tables: ['orders'], slot })
  expect((await reading({ url: other.url, tables: ['orders'], slot: `${slot}_2` }))!.values).toHaveLength(1)
  await expect(reading({ tables: ['orders'], slot: `${slot}_2` })).rejects.toMatchObject(
    failure('ChangesRefused', 'of another database', 'another "slot"'),
  )
  await open.close()
  await other.close()
})

test('changes that are gone are never passed over in silence', async () => {
  await database.run('CREATE TABLE orders (id int PRIMARY KEY, item text)', "INSERT INTO orders VALUES (1, 'a')")
  const tables = ['orders']
  const first = await opened({ tables })
  const { position: copied } = await readCount(first.reader, 1)
  await database.run("INSERT INTO orders VALUES (2, 'b')", "INSERT INTO orders VALUES (3, 'c')")
  const { position: later } = await readCount(first.reader, 2)
  await first.reader.committed?.(later!)
  const { slot } = { slot: "slot_name LIKE 'heddle%' AND database = current_database()" }
  const far = `SELECT confirmed_flush_lsn >= '${(later as { lsn: string }).lsn}' AS far FROM pg_replication_slots WHERE ${slot}`
  await expect.poll(() => database.rows(far)).toEqual([{ far: true }])
  await first.close()

  // An older checkpoint than the one that was acknowledged.
  await expect(reading({ tables }, copied)).rejects.toMatchObject(
    failure('ChangesLost', 'acknowledged before', 'begin anew'),
  )

  // More than the server keeps for a slot that nobody reads.
  for (let n = 0; n < 4; n++) {
    await database.run(
      `SELECT pg_logical_emit_message(false, 'noise', repeat('x', 17000000)) IS NULL`,
      'SELECT pg_switch_wal()',
    )
  }
  await database.run('CHECKPOINT')
  await expect(reading({ tables }, later)).rejects.toMatchObject(
    failure('ChangesLost', 'max_slot_wal_keep_size', 'copied again'),
  )
  await database.run(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE ${slot}`)
  await expect(reading({ tables }, later)).rejects.toMatchObject(failure('ChangesLost', 'is gone', 'copied again'))

  // Begun anew, everything is there.
  const anew = await opened({ tables })
  expect((await readCount(anew.reader, 3)).values).toHaveLength(3)
})
