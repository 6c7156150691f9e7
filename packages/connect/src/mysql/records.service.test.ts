// needs: mariadb
import { testRecordStore } from '@heddle/data/testing'
import type { RecordStore, Table, Write } from '@heddle/data'
import { afterAll, expect, test } from 'vitest'
import { startMariadb } from '../../../../scripts/services/mariadb.ts'
import { openMysqlStore } from './records.ts'

const server = await startMariadb()
const stores: RecordStore[] = []
afterAll(async () => {
  for (const store of stores) await store.close()
  await server.remove()
})
const open = async () => {
  const store = await openMysqlStore({ url: server.url })
  stores.push(store)
  return store
}

testRecordStore(open)

const table: Table = {
  name: 'mysql.Item',
  key: 'id',
  columns: [{ name: 'id', kind: 'text', nullable: false }],
  indexes: [],
}
const wider: Table = {
  ...table,
  columns: [...table.columns, { name: 'name', kind: 'text', nullable: true }],
  indexes: [{ columns: ['name'], unique: true }],
}
const byKey = { where: undefined, order: [{ column: 'id', descending: false }], after: undefined, limit: 100 }
const put = (values: (string | null)[], of = table): Write => ({ kind: 'put', table: of, values })

test('a field and an index that are new are added at the start, and what is there stays', async () => {
  const [before, after] = [await open(), await open()]
  await before.prepare(table)
  await before.write('main', put(['a']))
  await Promise.all([after.prepare(wider), after.prepare(wider)])
  await after.write('main', put(['b', 'Bob'], wider))
  expect(await after.write('main', put(['c', 'Bob'], wider))).toEqual({ kind: 'notUnique', columns: ['name'] })
  expect((await after.find(wider, 'main', byKey)).map(([, ...values]) => values)).toEqual([
    ['a', null],
    ['b', 'Bob'],
  ])
})

test('a hundred keys of which some are there are found in one statement, by a list too', async () => {
  const store = await open()
  await store.prepare(table)
  const keys = Array.from({ length: 100 }, (_, index) => `key ${index} ü'"\\`)
  for (const key of keys.slice(0, 60)) await store.write('many', put([key]))
  expect((await store.read(table, 'many', keys)).filter(Boolean)).toHaveLength(60)
  const where = { kind: 'in', column: 'id', values: keys } as const
  expect(await store.find(table, 'many', { ...byKey, where })).toHaveLength(60)
})

test('a key that is too long is refused with the limit', async () => {
  const store = await open()
  await store.prepare(table)
  await expect(store.write('main', put(['x'.repeat(2000)]))).rejects.toMatchObject({
    code: 'TooLarge',
    data: { name: 'mysql.key', limit: 1024 },
  })
})

test('while the server is away each call fails as Unavailable, and work goes on when it is back', async () => {
  const store = await open()
  await store.prepare(table)
  await store.write('away', put(['a']))
  await server.stop()
  const calls = [
    async () => store.read(table, 'away', ['a']),
    async () => store.find(table, 'away', byKey),
    async () => store.write('away', put(['b'])),
    async () => store.prepare(table),
  ]
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({ code: 'Unavailable', retry: { afterMs: 1000 } })
  await server.start()
  expect(await store.read(table, 'away', ['a', 'b'])).toEqual([[expect.any(Number), 'a'], undefined])
})
