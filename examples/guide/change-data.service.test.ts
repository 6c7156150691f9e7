// Runs change-data.yaml, as change-data.ts makes a job of it, between two databases.
import type { OpenApp } from '@heddle/core'
import { sourceHost } from '@heddle/stream/testing'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../scripts/services/postgres.ts'
import { orderEvents, reports } from './change-data.ts'

let server: PostgresServer
const clients: pg.Client[] = []

beforeAll(async () => {
  server = await startPostgres(undefined, { wal_level: 'logical', fsync: 'off' })
})
afterAll(async () => {
  for (const client of clients) await client.end()
  await server?.remove()
})

async function database(name: string): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: server.url('postgres') })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.end()
  const client = new pg.Client({ connectionString: server.url(name) })
  await client.connect()
  clients.push(client)
  return client
}

test('totals of customers in one database follow the orders in another, over restarts of the app', async () => {
  const shop = await database('shop')
  const reported = await database('reports')
  process.env['SHOP_DATABASE'] = server.url('shop')
  process.env['REPORTS_DATABASE'] = server.url('reports')
  await shop.query('CREATE TABLE orders (id int PRIMARY KEY, customer text NOT NULL, cents int NOT NULL)')
  await shop.query('ALTER TABLE orders REPLICA IDENTITY FULL')
  await shop.query("INSERT INTO orders VALUES (1, 'ann', 100), (2, 'ann', 50), (3, 'bob', 70)")
  const folder = await mkdtemp(join(tmpdir(), 'heddle-change-data-'))
  const start = async (): Promise<OpenApp> => {
    const running = await reports().open({ folder })
    await running.start()
    return running
  }
  const totalsAre = async () => {
    const wanted = await shop.query(
      'SELECT customer, count(*)::int AS orders, sum(cents)::int AS cents FROM orders GROUP BY 1 ORDER BY 1',
    )
    const kept = async () =>
      (await reported.query('SELECT customer, orders::int, cents::int FROM totals ORDER BY 1')).rows
    await expect.poll(kept, { timeout: 10_000 }).toEqual(wanted.rows)
    return wanted.rows
  }

  const first = await start()
  await expect
    .poll(async () => (await reported.query("SELECT to_regclass('totals') AS is")).rows[0])
    .toEqual({ is: 'totals' })
  await totalsAre()
  await shop.query("INSERT INTO orders VALUES (4, 'cid', 10)")
  await shop.query("UPDATE orders SET customer = 'bob', cents = 55 WHERE id = 2")
  await totalsAre()
  await first.close()

  await shop.query('DELETE FROM orders WHERE id = 3')
  await shop.query("UPDATE orders SET cents = cents + 1 WHERE customer = 'ann'")
  const second = await start()
  expect(await totalsAre()).toEqual([
    { customer: 'ann', orders: 1, cents: 101 },
    { customer: 'bob', orders: 1, cents: 55 },
    { customer: 'cid', orders: 1, cents: 10 },
  ])
  await second.close()
}, 60_000)

test('what happened to rows is told as events', async () => {
  const shop = await database('events')
  process.env['SHOP_DATABASE'] = server.url('events')
  await shop.query('CREATE SCHEMA sales')
  await shop.query('CREATE TABLE orders (id int PRIMARY KEY, item text)')
  await shop.query('CREATE TABLE sales.customers (name text PRIMARY KEY)')
  await shop.query("INSERT INTO orders VALUES (1, 'tea')")
  const open = await orderEvents.open(sourceHost({ job: 'shop.Events' }))
  const reader = await open.openPartition('changes', undefined)
  const copied = await reader.read(10)
  expect(copied!.values).toEqual([
    { table: 'public.orders', kind: 'insert', after: { id: 1, item: 'tea' }, lsn: null, committedAt: null },
  ])
  await shop.query("UPDATE orders SET item = 'coffee'")
  const [update] = (await reader.read(10))!.values
  expect(update).toEqual({
    table: 'public.orders',
    kind: 'update',
    after: { id: 1, item: 'coffee' },
    lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
    committedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{15}Z$/),
  })
  await open.forget?.()
})
