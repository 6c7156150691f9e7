import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileFrom, memoryLog, type OpenApp } from 'heddle'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addScan, charge, listStatements, printInvoice } from './generated/billing.ts'
import { scanned } from './remote-scan.ts'
import billing, { surface } from './remote-billing.ts'
import { placeOrder, shopAt } from './remote.ts'

let folder: string
let other: OpenApp
let shop: OpenApp

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-guide-'))
  const ports = { log: memoryLog() }
  other = await billing.open({ folder: join(folder, 'billing'), ports })
  await other.start()
  const environment = { BILLING_TOKEN: 'shop-secret' }
  shop = await shopAt(surface.url!).open({ folder: join(folder, 'shop'), environment, ports })
  await shop.start()
})
afterAll(async () => {
  await shop.close()
  await other.close()
  await rm(folder, { recursive: true })
})

test('a command of another app is called by its types', async () => {
  const due = new Date('2026-12-01T00:00:00Z')
  const outcome = await shop.call(charge, { card: '4242', cents: 500, due })
  expect(outcome).toEqual({ ok: true, value: { receipt: '4242-500', at: due } })
})

test('its declared errors are told apart by their codes', async () => {
  expect(await shop.call(placeOrder, { card: '4242', cents: 5 })).toEqual({
    ok: true,
    value: { receipt: '4242-5', paid: true },
  })
  expect(await shop.call(placeOrder, { card: '0000', cents: 5 })).toEqual({
    ok: true,
    value: { receipt: 'refused until 2027', paid: false },
  })
})

test('its items come as they are made', async () => {
  const from = new Date('2026-11-01T00:00:00Z')
  const days: bigint[] = []
  for await (const { cents } of shop.stream(listStatements, { from, days: 3 })) days.push(cents)
  expect(days).toEqual([100n, 100n, 100n])
})

test('files, sets and maps go and come as what they are', async () => {
  const scan = fileFrom(new Blob(['a scan'], { type: 'text/plain' }))
  expect(await shop.call(addScan, { receipt: '4242-5', tags: new Set(['paper']), scan })).toEqual({
    ok: true,
    value: { bytes: 6, tags: new Set(['paper']) },
  })
  const invoice = await shop.call(printInvoice, { receipt: '4242-5' })
  expect(invoice.ok && [invoice.value.name, await invoice.value.text()]).toEqual(['4242-5.txt', 'Invoice for 4242-5\n'])
  expect(await scanned(shop, '4242-6', new Blob(['another'], { type: 'text/plain' }))).toBe('Invoice for 4242-6\n')
})

test('what it may end with is known over the whole way', () => {
  const section = shop.manifest.parts['command']!['shop.PlaceOrder'] as { possibleErrors: string[] }
  expect(section.possibleErrors).toEqual(
    expect.arrayContaining(['billing.Charge>domain:CardRefused', 'billing.Charge>data/card:TooSmall']),
  )
})
