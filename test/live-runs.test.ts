import { fetchHandler, memoryLog, type OpenApp } from 'heddle'
import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newFolder, ordersApp, placeOrder } from '../packages/workflow/fixtures/placed-orders.ts'
import { readSse } from './fixtures/sse.ts'

const folder = newFolder()
let app: OpenApp
let ask: (request: Request) => Promise<Response>
beforeEach(async () => {
  app = await ordersApp().open({ folder, ports: { log: memoryLog() } })
  await app.start()
  ask = fetchHandler(app, { authenticate: () => ({ id: 'ann', permissions: ['orders:*'] }) })
})
afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

test('a run is followed to its end by server-sent events, and where it stands is pushed', async () => {
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  await using watched = await readSse(`http://localhost/orders/WatchPlaceOrder?run=${run}`, {}, ask)
  await using live = await readSse(`http://localhost/_heddle/live/orders/GetPlaceOrder?run=${run}`, {}, ask)
  const until = async ({ next }: typeof watched, state: string) => {
    for (;;) {
      const message = (await next())!
      if ((message.data as { state: string }).state === state) return message
    }
  }
  await Promise.all([until(watched, 'waiting'), until(live, 'waiting')])
  await app.callOrThrow(placeOrder.ways.signals.approved!, { run, data: { by: 'Bob' } })
  expect(await until(watched, 'succeeded')).toMatchObject({ event: 'value', data: { value: { by: 'Bob' } } })
  expect(await until(live, 'succeeded')).toMatchObject({ event: 'value', data: { value: { by: 'Bob' } } })
})
