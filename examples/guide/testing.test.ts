import { type OpenApp, provide } from 'heddle'
import { type Client, findSeed, simulate, type SimulatedCall, testApp } from 'heddle/testing'
import { runsOf } from 'heddle/workflow'
import { expect, test } from 'vitest'
import orders, { Bank, countStock, fillStock, placeOrder } from './workflows.ts'

/** A bank that makes a payment once for each key, as long as it looks at the key. */
function bank({ heedsKeys }: { heedsKeys: boolean }) {
  const payments: string[] = []
  const charge = async (key: string) => {
    if (!heedsKeys || !payments.includes(key)) payments.push(key)
    return `paid ${key}`
  }
  return { payments, charge }
}

test('an order that nobody approves is undone after seven days, which take no time here', async () => {
  await using shop = await testApp(orders)
  await shop.callOrThrow(fillStock, { item: 'lamp', left: 5 })
  const run = await runsOf(shop).start(placeOrder, { item: 'lamp', cents: 420_000 })
  await shop.time.advance(6 * 24 * 3_600_000)
  expect(await shop.callOrThrow(countStock, { item: 'lamp' })).toBe(4)
  await shop.time.advance(24 * 3_600_000 + 1000)
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'NotApproved' }] })
  expect(await shop.callOrThrow(countStock, { item: 'lamp' })).toBe(5)
})

/** Four clients order at a time, over a bank that may or may not look at keys, while the app dies and answers are lost. */
function simulated(options: { heedsKeys: boolean; seed?: number; seeds: number }) {
  let paid: string[] = []
  return {
    ...options,
    steps: 8,
    provide: () => {
      const { payments, charge } = bank(options)
      paid = payments
      return [provide(Bank, { charge })]
    },
    setup: async (app: OpenApp) => {
      await app.callOrThrow(fillStock, { item: 'lamp', left: 100 })
    },
    workload: () => async (client: Client) => {
      const started = await client.call(placeOrder.command, { item: 'lamp', cents: 4200 })
      if (started.ok) await client.call(placeOrder.ways.awaits, { run: started.value.run })
    },
    invariant: (_app: OpenApp, history: readonly SimulatedCall[]) => {
      expect(paid).toEqual([...new Set(paid)])
      const orders = history.filter(({ command, outcome }) => command === 'orders.AwaitPlaceOrder' && outcome.ok)
      expect(paid.length).toBeGreaterThanOrEqual(orders.length)
    },
  }
}

test('an order is paid once, whatever crashes, is lost or is repeated', { timeout: 120_000 }, async () => {
  const { crashes, history } = await simulate(orders, simulated({ heedsKeys: true, seeds: 10 }))
  expect(crashes).toBeGreaterThan(0)
  expect(history.filter(({ outcome }) => !outcome.ok)).toEqual([])
})

test(
  'a bank that does not look at keys is found out from a seed, and again from that seed',
  { timeout: 120_000 },
  async () => {
    const found = await findSeed(orders, simulated({ heedsKeys: false, seeds: 50 }))
    expect(found?.code).toBe('SimulationFailed')
    const again = await findSeed(orders, simulated({ heedsKeys: false, seed: found!.seed, seeds: 1 }))
    expect(again?.message).toBe(found!.message)
  },
)
