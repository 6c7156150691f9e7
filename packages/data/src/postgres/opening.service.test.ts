import { app, command, memoryLog } from '@heddle/core'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { Sql } from '../raw-sql/sql.ts'
import { openTestStore } from '../testing/test-store.ts'
import { postgres } from './postgres.ts'

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

test('a server that is not there, a database that is not there and a wrong password say so, without the password', async () => {
  const url = new URL(await freshDatabase())
  const nowhere = new URL(url)
  nowhere.port = '1'
  const missing = new URL(url)
  missing.pathname = '/missing'
  const stranger = new URL(url)
  stranger.password = 'wrong-secret'
  for (const [address, because] of [
    [nowhere, ' cannot be reached'],
    [missing, 'database "missing" does not exist'],
    [stranger, 'password authentication failed'],
  ] as const) {
    const opening = openTestStore([], { part: postgres(address.href) })
    await expect(opening).rejects.toMatchObject({ code: 'Unavailable', retry: { afterMs: 1000 } })
    await expect(opening).rejects.toThrow(because)
    await expect(opening).rejects.not.toThrow(/secret|heddle:heddle/)
  }
})

test('a database whose text is not Unicode is refused', async () => {
  const url = new URL(await freshDatabase())
  const name = `ascii_${url.pathname.slice(1)}`
  await run(url.href, `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' TEMPLATE template0`)
  url.pathname = `/${name}`
  await expect(openTestStore([], { part: postgres(url.href) })).rejects.toMatchObject({
    code: 'DatabaseUnsuitable',
    data: { reason: 'its encoding is SQL_ASCII, and text needs UTF8' },
  })
})

test('a table of somebody else under the name of ours is left alone, and named', async () => {
  const url = await freshDatabase()
  await run(url, 'CREATE TABLE "heddle.Table" (a integer)')
  await expect(openTestStore([], { part: postgres(url) })).rejects.toMatchObject({
    code: 'DatabaseForeign',
    data: { reason: 'relation "heddle.Table" already exists, and Heddle did not make it' },
  })
})

test('settings in the address hold, and do not open what is closed', async () => {
  const url = new URL(await freshDatabase())
  await run(url.href, 'CREATE SCHEMA elsewhere')
  url.searchParams.set('options', '-c search_path=elsewhere -c default_transaction_read_only=off')
  await using store = await openTestStore([], { part: postgres(url.href) })
  const Row = z.object({ name: z.string() })
  const ask = (sql: string) => store.use(Sql, store.unit())(Row)(Object.assign([sql], { raw: [sql] }))
  expect(await ask('SELECT current_schema AS name')).toEqual([{ name: 'elsewhere' }])
  await expect((async () => ask("SELECT nextval('_versions')::text AS name"))()).rejects.toMatchObject({
    code: 'DatabaseReadOnly',
  })
})

test('a statement that takes too long is given up, and the connection is of use again', async () => {
  await using store = await openTestStore([], { part: postgres({ url: await freshDatabase(), answerTimeoutMs: 200 }) })
  const ask = (sql: string) =>
    store.use(Sql, store.unit())(z.object({ done: z.string() }))(Object.assign([sql], { raw: [sql] }))
  await expect((async () => ask('SELECT pg_sleep(60)::text AS done'))()).rejects.toMatchObject({
    code: 'Unavailable',
    message: expect.stringContaining('canceling statement due to statement timeout'),
  })
  expect(await ask("SELECT 'yes' AS done")).toEqual([{ done: 'yes' }])
})

test('names longer than PostgreSQL keeps are told apart', async () => {
  const long = 'x'.repeat(70)
  const fields = { id: z.string(), [`${long}A`]: z.string(), [`${long}B`]: z.string() }
  const types = ['A', 'B'].map((end) =>
    entity(`shop.${long}${end}`, {
      key: 'id',
      fields,
      indexes: [
        { fields: [`${long}A`], unique: true },
        { fields: [`${long}B`], unique: true },
      ],
    }),
  )
  await using store = await openTestStore(types, { part: postgres(await freshDatabase()) })
  for (const [index, type] of types.entries()) {
    const unit = store.unit()
    store.use(repository(type), unit).insert({ id: '1', [`${long}A`]: 'a', [`${long}B`]: `${index}` } as never)
    await unit.commit()
    expect(await store.use(repository(type), store.unit()).find()).toMatchObject({
      records: [{ [`${long}B`]: `${index}` }],
    })
    const again = store.unit()
    store.use(repository(type), again).insert({ id: '2', [`${long}A`]: 'other', [`${long}B`]: `${index}` } as never)
    await expect((async () => again.commit())()).rejects.toMatchObject({
      code: 'NotUnique',
      data: { entity: type.name, field: `${long}B` },
    })
  }
})

test('a key has one effect, whichever of two processes it is sent to and however often', async () => {
  const url = await freshDatabase()
  const Order = entity('shop.Order', { key: 'id', fields: { id: z.uuid(), item: z.string() } })
  const Orders = repository(Order)
  const placeOrder = command('shop.PlaceOrder', {
    input: z.object({ item: z.string() }),
    output: z.object({ id: z.uuid() }),
    uses: [Orders],
    run: ({ input, ctx }) => ({ id: ctx.use(Orders).insert(input).id }),
  })
  const listOrders = command('shop.ListOrders', {
    kind: 'query',
    input: z.object({}),
    output: z.array(z.object({ id: z.uuid(), item: z.string() })),
    uses: [Orders],
    run: async ({ ctx }) => [...(await ctx.use(Orders).find()).records],
  })
  const declared = app('shop', { parts: [placeOrder, listOrders], database: postgres(url) })
  const shops = await Promise.all([1, 2].map(() => declared.open({ ports: { log: memoryLog() } })))
  const keys = ['a', 'b', 'c', 'd', 'e']
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const key = keys[index % keys.length]!
      const outcome = await shops[index % 2]!.call(placeOrder, { item: key }, { idempotencyKey: key })
      return [key, outcome] as const
    }),
  )
  const orders = await shops[0]!.callOrThrow(listOrders, {})
  expect(orders.map(({ item }) => item).toSorted()).toEqual(keys)
  for (const [key, outcome] of outcomes) {
    expect(outcome).toEqual({ ok: true, value: { id: orders.find(({ item }) => item === key)!.id } })
  }
  for (const shop of shops) await shop.close()
})

test('an app on SQLite does not load the client of PostgreSQL', async () => {
  const loadsClient = (...address: string[]) => {
    const child = join(import.meta.dirname, '../../fixtures/loads-client.ts')
    const { stdout, stderr } = spawnSync(process.execPath, [child, ...address], { encoding: 'utf8' })
    return stdout.trim() || stderr
  }
  expect(loadsClient()).toBe('false')
  expect(loadsClient(await freshDatabase())).toBe('true')
})
