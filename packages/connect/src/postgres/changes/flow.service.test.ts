import { createPorts, memoryLog } from '@heddle/core'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openReader, readCount } from '../../../fixtures/changes-database.ts'
import { databaseOfTests } from '../../../fixtures/changes-life.ts'
import { postgresChanges } from './postgres-changes.ts'
import type { RowChange } from './records.ts'

const { server, database, closing, opened, reconnect } = databaseOfTests(
  // The server gives up who says nothing for two seconds.
  { wal_sender_timeout: '2s' },
  'CREATE TABLE orders (id int PRIMARY KEY, item text)',
  "INSERT INTO orders VALUES (0, 'a')",
)

test('a reader that is not asked holds the server back, and is not given up by it', async () => {
  const queueBytes = 256 * 1024
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['orders'], queueBytes }))
  await readCount(reader, 1)
  await database.run("INSERT INTO orders VALUES (1, 'b')")
  await readCount(reader, 1)
  const before = process.memoryUsage().arrayBuffers
  const count = 40_000
  await database.run(`INSERT INTO orders SELECT n, repeat('x', 1000) FROM generate_series(10, ${9 + count}) n`)
  // For longer than the server waits, which is the point.
  const pids = () => database.rows("SELECT pid FROM pg_stat_replication WHERE application_name LIKE 'heddle%'")
  const walsender = await pids()
  await database.run('SELECT pg_sleep(5)')
  expect(await pids()).toEqual(walsender)
  // 40 MB were written; what is here is the queue, and what was on its way when it was full.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  const lag = reader.lag!()!
  expect(lag.bytes).toBeGreaterThan(0)
  expect(lag.ms).toBeGreaterThan(0)
  const { values } = await readCount(reader, count, 5000)
  expect((values as RowChange[]).map(({ after }) => after!['id'])).toEqual(
    Array.from({ length: count }, (_, n) => n + 10),
  )
}, 60_000)

test('the lag is nothing when everything was read', async () => {
  const { reader } = await opened(postgresChanges({ url: database.url, tables: ['orders'] }))
  expect(reader.lag!()).toBeUndefined()
  await readCount(reader, 1)
  await database.run("UPDATE orders SET item = 'b'")
  await readCount(reader, 1)
  await expect.poll(() => reader.lag!()!.ms).toBe(0)
})

test('a transaction is told whole or up to a place in it, and goes on from there', async () => {
  const source = postgresChanges({ url: database.url, tables: ['orders'] })
  const { reader, close } = await openReader(source)
  await readCount(reader, 1)
  await database.run(
    'INSERT INTO orders SELECT generate_series(1, 10)',
    'INSERT INTO orders SELECT generate_series(11, 15)',
  )
  const part = await readCount(reader, 4, 3)
  await close()
  const again = await opened(source, part.position)
  const rest = await readCount(again.reader, 11)
  expect([...part.values, ...rest.values].map((value) => (value as RowChange).after!['id'])).toEqual(
    Array.from({ length: 15 }, (_, n) => n + 1),
  )
  const commits = new Set([...part.values, ...rest.values].map((value) => (value as RowChange).lsn))
  expect(commits.size).toBe(2)
})

test('a server that is started again is read on, without a gap and without a double', async () => {
  const log = memoryLog()
  const source = postgresChanges({ url: database.url, tables: ['orders'] })
  const { reader } = await opened(source, undefined, { ports: createPorts({ log }) })
  await readCount(reader, 1)
  await database.run('INSERT INTO orders SELECT generate_series(1, 5)')
  const first = await readCount(reader, 3)
  await database.close()
  await server.server.stop()
  const reading = readCount(reader, 4)
  await server.server.start()
  await reconnect()
  await database.run('INSERT INTO orders VALUES (6), (7)')
  const ids = [...first.values, ...(await reading).values].map((value) => (value as RowChange).after!['id'])
  expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(log.lines.map(({ message }) => message.replace(/.* is/, 'it is'))).toEqual(['it is away', 'it is back'])
}, 40_000)

test('a network that goes silent costs nothing: the connections of before are ended where they still stand', async () => {
  const target = new URL(database.url)
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.pipe(far).pipe(near)
    sockets.push(near, far)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const through = new URL(database.url)
  through.port = `${(proxy.address() as AddressInfo).port}`
  const { reader } = await opened(postgresChanges({ url: through.href, tables: ['orders'] }))
  await readCount(reader, 1)
  await database.run('INSERT INTO orders VALUES (1)')
  await readCount(reader, 1)
  // Both ends stay open, and nothing comes through.
  for (const socket of sockets) socket.unpipe().pause()
  await database.run('INSERT INTO orders VALUES (2)')
  const { values } = await readCount(reader, 1)
  expect(values).toMatchObject([{ after: { id: 2 } }])
}, 40_000)
