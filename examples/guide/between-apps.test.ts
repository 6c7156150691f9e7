import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import { billing, placeOrder, readInvoice, shop } from './between-apps.ts'

test('in a test nothing is sent, and what would come is given to the command that takes it', async () => {
  await using selling = await testApp(shop)
  await selling.callOrThrow(placeOrder, { order: 'first', cents: 100 })
  await using writing = await testApp(billing)
  const event = { id: 'e1', name: 'shop.OrderPlaced', version: 1, at: '2026-01-01T00:00:00Z' }
  const sent = { ...event, data: { order: 'first', cents: 100 } }
  const take = () => writing.callByName('billing.TakeShopEvents', sent, { idempotencyKey: sent.id })
  // What comes twice is taken once.
  for (let times = 0; times < 2; times++) expect(await take()).toMatchObject({ ok: true })
  await expect.poll(() => writing.callOrThrow(readInvoice, { order: 'first' })).toEqual({ cents: 100 })
})
