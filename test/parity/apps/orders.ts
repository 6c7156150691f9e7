import { join } from 'node:path'
import { app, type OpenApp, runsOf, sqlite } from 'heddle'
import { startServices } from '../../../examples/orders/fixtures/services.ts'
import { listOrders, Order } from '../../../examples/orders/order.ts'
import { placeOrder } from '../../../examples/orders/place-order.ts'
import { httpServices } from '../../../examples/orders/services.ts'
import { faults } from '../faults.ts'
import type { Subject } from '../subject.ts'
import { surfacesOf } from './surfaces-of.ts'

const declare: Subject['declare'] = (tell) =>
  app('orders', {
    parts: [Order, listOrders, placeOrder, httpServices(), ...surfacesOf()],
    database: sqlite(),
    hooks: faults(tell),
  })

const small = {
  customer: 'Ada',
  card: '4000-1',
  address: 'Main Street 1',
  items: [{ sku: 'chair', qty: 1, cents: 4200 }],
}
const large = { ...small, items: [{ sku: 'loom', qty: 1, cents: 250_000 }] }

/** The orders of the examples, with runs in each state that an example speaks of. */
export const orders: Subject = {
  name: 'orders',
  file: join(import.meta.dirname, 'orders.ts'),
  declare,
  async surroundings() {
    const { urls, close } = await startServices()
    const environment = { PAYMENT_URL: urls.payment, STOCK_URL: urls.stock, SHIPPING_URL: urls.shipping }
    return { environment, close }
  },
  async prepare(open) {
    const runs = runsOf(open)
    const start = async (order: string, input: object) =>
      (await runs.start(placeOrder, { ...input, order } as never, { key: order })).run
    const shipped = await start('o-1', small)
    await runs.outcome(shipped)
    const refused = await start('o-2', large)
    await waiting(open, refused)
    await runs.signal(refused, 'approval', { approved: false, by: 'Grace' })
    await runs.outcome(refused)
    const cancelled = await start('o-3', large)
    const approved = await start('o-4', large)
    await waiting(open, cancelled)
    await waiting(open, approved)
    const run = (command: string, outcome: string) => {
      if (outcome === 'NotApproved') return refused
      if (command.includes('.Cancel')) return cancelled
      return command.includes('.Signal') ? approved : shipped
    }
    return { fill: (command, outcome, example) => ('run' in example ? { run: run(command, outcome) } : {}) }
  },
}

/** Follows a run until it waits for the signal. */
async function waiting(open: OpenApp, run: string): Promise<void> {
  for await (const { state } of open.stream(placeOrder.ways.watch, { run })) if (state === 'waiting') return
}

export default declare(() => undefined)
