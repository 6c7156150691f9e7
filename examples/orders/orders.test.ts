import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, runsOf, sqlite } from 'heddle'
import { expect, test } from 'vitest'
import { startServices } from './fixtures/services.ts'
import { listOrders, Order } from './order.ts'
import { placeOrder } from './place-order.ts'
import { httpServices } from './services.ts'

const order = {
  order: 'o-1',
  customer: 'Ada',
  card: '4000-1',
  address: 'Main Street 1',
  items: [{ sku: 'chair', qty: 2, cents: 4200 }],
}

async function opened(
  urls: Parameters<typeof httpServices>[0],
  folder = mkdtempSync(join(tmpdir(), 'heddle-orders-')),
) {
  const running = await app('orders', {
    database: sqlite(),
    parts: [Order, listOrders, placeOrder, httpServices(urls)],
  }).open({ folder, environment: {} })
  await running.start()
  return { running, runs: runsOf(running), folder }
}

test('an order is reserved, charged and shipped', async () => {
  const services = await startServices()
  const { running, runs } = await opened(services.urls)
  const run = await runs.start(placeOrder, order)
  expect(await run.outcome()).toEqual({ ok: true, value: { charge: 'charge-1', tracking: 'parcel-1' } })
  expect(services.done()).toEqual(['reserve', 'charge', 'ship'])
  const { orders } = await running.callOrThrow(listOrders, {})
  expect(orders).toMatchObject([{ id: 'o-1', cents: 8400, state: 'shipped', tracking: 'parcel-1' }])
  await running.close()
  await services.close()
})

test('what cannot be shipped is undone, the last thing first', async () => {
  const services = await startServices()
  const { running, runs } = await opened(services.urls)
  const run = await runs.start(placeOrder, { ...order, address: 'nowhere' })
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'NoSuchAddress' }] })
  expect(services.payment.deeds.map(({ what }) => what)).toEqual(['charge', 'refund'])
  expect(services.stock.deeds.map(({ what }) => what)).toEqual(['reserve', 'release'])
  const { orders } = await running.callOrThrow(listOrders, {})
  expect(orders).toMatchObject([{ id: 'o-1', state: 'undone' }])
  await running.close()
  await services.close()
})

test('a large order waits for a yes, over a restart too, and a no undoes it', async () => {
  const services = await startServices()
  const first = await opened(services.urls)
  const large = { ...order, items: [{ sku: 'loom', qty: 1, cents: 250_000 }] }
  const yes = await first.runs.start(placeOrder, large)
  const no = await first.runs.start(placeOrder, { ...large, order: 'o-2' })
  await first.running.close()

  const { running, runs } = await opened(services.urls, first.folder)
  await runs.signal(yes.run, 'approval', { approved: true, by: 'Grace' })
  await runs.signal(no.run, 'approval', { approved: false, by: 'Grace' })
  expect(await runs.outcome(yes.run)).toMatchObject({ ok: true })
  expect(await runs.outcome(no.run)).toMatchObject({
    ok: false,
    errors: [{ code: 'NotApproved', data: { by: 'Grace' } }],
  })
  expect(services.payment.deeds.map(({ what }) => what)).toEqual(['charge'])
  await running.close()
  await services.close()
})

test('killed again and again, every order ends and nothing is done twice', async () => {
  const services = await startServices()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-orders-'))
  const count = 30
  const life = () =>
    fork(join(import.meta.dirname, 'fixtures/orders.child.ts'), [folder, JSON.stringify(services.urls), String(count)])

  let ended: string[] | undefined
  for (let kill = 1; ended === undefined && kill < 30; kill++) {
    const child = life()
    const over = once(child, 'exit')
    const result = new Promise<string[] | undefined>((resolve) => {
      child.on('message', (message: { ended?: string[] }) => message.ended && resolve(message.ended))
      child.on('exit', () => resolve(undefined))
    })
    // Later in each life, counted in what it has had done: every kill hits work that is under way.
    const before = services.done().length
    const due = () => services.done().length - before >= kill * 3
    const watch = setInterval(() => due() && child.kill('SIGKILL'), 1)
    ended = await result
    clearInterval(watch)
    child.kill('SIGKILL')
    await over
  }
  expect(ended).toHaveLength(count)

  for (const [index, outcome] of ended!.entries()) {
    expect(outcome).toBe(index % 3 === 0 ? 'CardDeclined' : index % 5 === 1 ? 'NoSuchAddress' : 'ok')
  }
  const all = [...services.stock.deeds, ...services.payment.deeds, ...services.shipping.deeds]
  const named = all.map(({ what, input }) => `${what} ${(input as { order: string }).order}`)
  expect(new Set(named).size).toBe(named.length)
  await services.close()
}, 90_000)
