import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runsOf } from 'heddle/workflow'
import { expect, test } from 'vitest'
import orders, { countStock, fillStock, placeOrder } from './workflows.ts'

test('an order is charged, goes on in the next process when it waits, and is undone when it is not approved', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
  const shop = await orders.open({ folder, mode: 'development', environment: {} })
  await shop.start()
  await shop.callOrThrow(fillStock, { item: 'lamp', left: 5 })

  const run = await runsOf(shop).start(placeOrder, { item: 'lamp', cents: 4200 }, { key: 'order-17' })
  expect(await run.outcome()).toEqual({ ok: true, value: { payment: 'paid charge' } })
  const same = await runsOf(shop).start(placeOrder, { item: 'lamp', cents: 4200 }, { key: 'order-17' })
  expect(same.run).toBe(run.run)

  const large = await runsOf(shop).start(placeOrder, { item: 'lamp', cents: 420_000 })
  await shop.close()

  const again = await orders.open({ folder, mode: 'development', environment: {} })
  await again.start()
  await runsOf(again).signal(large.run, 'approval', { yes: false })
  expect(await runsOf(again).outcome(large.run)).toMatchObject({ ok: false, errors: [{ code: 'NotApproved' }] })
  expect(await again.callOrThrow(countStock, { item: 'lamp' })).toBe(4)
  await again.close()
  rmSync(folder, { recursive: true })
})
