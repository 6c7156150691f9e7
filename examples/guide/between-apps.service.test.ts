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
const { billing, placeOrder, readInvoice, shop } = await import('./between-apps.ts')
afterAll(async () => {
  await server.remove()
  rmSync(folder, { recursive: true, force: true })
})

test('an order that is placed in the shop becomes an invoice in the other app, also while Redis is away for a while', async () => {
  const open = async (app: typeof shop) => {
    const opened = await app.open({ folder: join(folder, app.name), ports: { log: memoryLog() } })
    await opened.start()
    return opened
  }
  const [selling, writing] = [await open(shop), await open(billing)]
  const place = (order: string) => selling.callOrThrow(placeOrder, { order, cents: 100 })
  const invoiced = (order: string) =>
    expect.poll(() => writing.callOrThrow(readInvoice, { order }), { timeout: 10_000 }).toEqual({ cents: 100 })
  await place('first')
  await invoiced('first')
  await server.stop()
  await place('second')
  await server.start()
  await invoiced('second')
  await selling.close()
  await writing.close()
})
