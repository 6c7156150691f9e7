// needs: redis-server
import { memoryLog } from '@heddle/core'
import { testRecordStore } from '@heddle/data/testing'
import type { RecordStore, Table, Write } from '@heddle/data'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from '../../../../scripts/services/redis.ts'
import { openRedis } from './client.ts'
import { createRedisStore } from './records.ts'

const server = await startRedis()
const stores: RecordStore[] = []
afterAll(async () => {
  for (const store of stores) await store.close()
  await server.remove()
})
const open = async (prefix: string, scan?: number) => {
  const store = createRedisStore(await openRedis({ url: server.url }, memoryLog()), { prefix, scan })
  stores.push(store)
  return store
}

testRecordStore(() => open('contract'))

const table: Table = {
  name: 'redis.Item',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'count', kind: 'integer', nullable: true },
  ],
  indexes: [],
}
const put = (id: string, count: number): Write => ({ kind: 'put', table, values: [id, count] })
const byKey = [{ column: 'id', descending: false }]
const byCount = [{ column: 'count', descending: true }, ...byKey]

test('a search that looks at too many records ends with a limit, and one by key does not', async () => {
  const store = await open('scan', 1000)
  for (let index = 0; index < 1200; index++) await store.write('main', put(`${index}`.padStart(4, '0'), index))
  const find = async (order: typeof byKey, prefix?: string) => {
    const where =
      prefix === undefined ? undefined : ({ kind: 'compare', column: 'id', by: 'prefix', value: prefix } as const)
    const rows = await store.find(table, 'main', { where, order, after: undefined, limit: 2 })
    return rows.map(([, id]) => id)
  }
  await expect(find(byCount)).rejects.toMatchObject({ code: 'LimitReached', data: { name: 'redis.scan', limit: 1000 } })
  expect(await find(byKey)).toEqual(['0000', '0001'])
  expect(await find(byCount, '11')).toEqual(['1199', '1198'])
})

test('while the server is away each call fails as Unavailable, and what was written is there when it is back', async () => {
  const store = await open('away')
  await store.write('main', put('a', 1))
  await server.stop()
  const query = { where: undefined, order: byKey, after: undefined, limit: 1 }
  const calls = [
    async () => store.read(table, 'main', ['a']),
    async () => store.find(table, 'main', query),
    async () => store.write('main', put('a', 2)),
  ]
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({ code: 'Unavailable', retry: { afterMs: 1000 } })
  await server.start()
  const count = async () => {
    const [row] = await store.read(table, 'main', ['a'])
    return row?.[2]
  }
  await expect.poll(() => count().catch(() => 'away'), { timeout: 5000 }).toBe(1)
})
