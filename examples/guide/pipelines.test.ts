import { parsePlan, pipeline } from '@heddle/pipeline'
import { app, eventsOf, http, memoryLog, sqlite } from 'heddle'
import { testApp } from 'heddle/testing'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import declared, { OrderPriced, parcelCost, priceLine, priceOrder, quickQuote } from './pipelines.ts'

const shop = await testApp(declared)
afterAll(() => shop.close())

const lines = (qty: number) => [{ sku: 'A1', qty }]

test('a pipeline is called like any other command', async () => {
  const outcome = await shop.call(priceOrder.command, { customer: 'Ann', lines: lines(1) })
  expect(outcome).toEqual({ ok: true, value: { customer: 'Ann', cents: 2620 } })
  expect(await shop.callByName('shop.PriceOrder', { customer: 'Ann', lines: lines(4) })).toEqual({
    ok: true,
    value: { customer: 'Ann', cents: 9120 },
  })
  expect(await eventsOf(shop).read({ on: [OrderPriced] })).toMatchObject([
    { data: { customer: 'Ann', cents: 2620 } },
    { data: { customer: 'Ann', cents: 9120 } },
  ])
})

test('the builder makes a pipeline of typed steps', async () => {
  expect(await shop.call(quickQuote.command, 'A1 x 3')).toEqual({ ok: true, value: 'A1: 7500' })
})

test('a line without a price is left out and kept as a dead letter', async () => {
  const outcome = await shop.call(priceOrder.command, {
    customer: 'Bo',
    lines: [
      { sku: 'X1', qty: 1 },
      { sku: 'A1', qty: 1 },
    ],
  })
  expect(outcome).toEqual({ ok: true, value: { customer: 'Bo', cents: 2620 } })
  expect(await shop.ports.deadLetters.list({ tenant: 'main' })).toMatchObject([
    { command: 'shop.PriceOrderPriceStep', input: { sku: 'X1', qty: 1 }, errors: [{ code: 'NoPrice' }] },
  ])
})

test('an environment has its own parameters', async () => {
  const tried = pipeline(new URL('./price-order.yaml', import.meta.url), {
    commands: [priceLine, parcelCost],
    events: [OrderPriced],
    environment: 'test',
  })
  expect(tried.hash).toBe(priceOrder.hash)
  expect(tried.plan.environments?.['test']).toEqual({ discountFrom: 100 })
})

test('what is wrong in a file is told with its place', () => {
  const file = new URL('./price-order.yaml', import.meta.url)
  const text = readFileSync(file, 'utf8').replace('forEach:', 'forEatch:').replace('it.cents >=', 'it.cent >=')
  const parsed = parsePlan(text, 'price-order.yaml')
  expect(parsed.ok || parsed.errors).toMatchObject([
    { line: 20, column: 5, message: 'There is no kind of step or field "forEatch"', suggestion: 'forEach' },
  ])
})

test('over HTTP it has the name, the types and the errors of a command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-pipelines-'))
  const parts = [priceLine, parcelCost, priceOrder, http({ port: 0 })]
  const served = await app('shop', { parts, database: sqlite() }).open({ folder, ports: { log: memoryLog() } })
  const [line = ''] = await served.start()
  const post = async (body: object) => {
    const headers = { 'content-type': 'application/json' }
    const url = `${line.replace('ready ', '')}/shop/PriceOrder`
    return await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  expect(await post({ customer: 'Cy', lines: lines(1) })).toEqual({ customer: 'Cy', cents: 2620 })
  expect(await post({ customer: 'Cy', lines: [{ sku: 'A1', qty: 'one' }] })).toMatchObject({
    errors: [{ code: 'InvalidType', path: ['lines', 0, 'qty'] }],
  })
  await served.close()
  rmSync(folder, { recursive: true })
})

test('its cases are as expected, by heddle test', () => {
  const tool = join(import.meta.dirname, '../../packages/heddle/src/bin.js')
  const words = ['test', 'price-order.yaml', '--data', './price-order.cases.yaml', '--app', 'pipelines.ts']
  const said = execFileSync(process.execPath, [tool, ...words], { cwd: import.meta.dirname, encoding: 'utf8' })
  expect(said.split('\n').at(-2)).toBe('3 of 3 cases are as expected')
})
