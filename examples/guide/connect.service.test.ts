// needs: redis-server
import { memoryLog } from '@heddle/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from '../../scripts/services/redis.ts'

const server = await startRedis()
const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
process.env['REDIS_URL'] = server.url
const { default: declared, addToBasket, readProduct, setProduct } = await import('./connect.ts')
const open = () => declared.open({ folder, ports: { log: memoryLog() } })
afterAll(async () => {
  await server.remove()
  rmSync(folder, { recursive: true, force: true })
})

test('what is in Redis is there for the next process', async () => {
  const first = await open()
  await first.callOrThrow(setProduct, { id: 'tea', cents: 100 })
  expect(await first.callOrThrow(readProduct, { id: 'tea' })).toEqual({ cents: 100 })
  await first.callOrThrow(addToBasket, { owner: 'ada', product: 'tea' })
  await first.close()
  const second = await open()
  expect(await second.callOrThrow(readProduct, { id: 'tea' })).toEqual({ cents: 100 })
  expect(await second.callOrThrow(addToBasket, { owner: 'ada', product: 'cup' })).toEqual({ items: ['tea', 'cup'] })
  await server.stop()
  expect(await second.callOrThrow(readProduct, { id: 'tea' })).toEqual({ cents: 100 })
  expect(await second.call(addToBasket, { owner: 'ada', product: 'jam' })).toMatchObject({
    errors: [{ code: 'Unavailable', retry: { afterMs: 1000 } }],
  })
  await second.close()
})
