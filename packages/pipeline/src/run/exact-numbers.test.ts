import { app, command, toJson } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { decimal, Decimal } from '@heddle/types/decimal'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parsePlan } from '../text/parse-plan.ts'
import { pipeline } from './pipeline.ts'

const Sale = entity('shop.Sale', { key: 'id', fields: { id: z.string(), gross: decimal(), parts: z.array(decimal()) } })
const Sales = repository(Sale)
const priceOf = command('shop.PriceOf', {
  kind: 'query',
  input: z.object({ sku: z.string() }),
  output: z.object({ net: decimal(), sold: z.int64() }),
  run: () => ({ net: Decimal.read('0.10')!, sold: 9_007_199_254_740_993n }),
})
const keep = command('shop.Keep', {
  input: z.object({ id: z.string(), gross: decimal() }),
  output: z.object({ id: z.string(), gross: decimal() }),
  uses: [Sales],
  async run({ input, ctx }) {
    ctx.use(Sales).insert({ ...input, parts: [input.gross, Decimal.of(1)] })
    return input
  },
})
const read = command('shop.Read', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ gross: decimal(), parts: z.array(decimal()) }),
  uses: [Sales],
  run: async ({ input, ctx }) => (await ctx.use(Sales).get(input.id))!,
})

const text = `heddle: 1
pipeline: shop.Sell
access: public
input: { sku: string, count: int, fee: decimal }
output: { id: string, gross: decimal, sold: int64 }
parameters: { tax: { type: decimal, default: "0.19" }, from: { type: int64, default: "9007199254740992" } }
steps:
  - { id: price, call: { command: shop.PriceOf, with: { sku: input.sku } } }
  - id: gross
    when:
      if: it.sold > parameters.from
      then:
        - { id: sum, map: "round(it.net * input.count * (1 + parameters.tax) + input.fee, 3)" }
      else:
        - { id: none, map: 'decimal("0")' }
  - { id: kept, from: { gross: gross }, call: { command: shop.Keep, with: { id: input.sku, gross: 'coalesce(it.gross, decimal("0"))' } } }
  - { id: told, from: { kept: kept, price: price }, map: { id: it.kept.id, gross: it.kept.gross, sold: it.price.sold } }
`

const planOf = (of: string) => {
  const parsed = parsePlan(of, 'sell.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.plan
}

test('declared int64 and decimal go exactly through a plan, its parameters, records and JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-exact-'))
  const sell = pipeline(planOf(text), { commands: [priceOf, keep], parameters: { tax: '0.07' } })
  const open = await app('shop', { parts: [Sale, priceOf, keep, read, sell], database: sqlite() }).open({ folder })
  const outcome = await open.callByName('shop.Sell', { sku: 'a', count: 3, fee: '0.005' }, { from: 'json' })
  expect(toJson(outcome)).toEqual({ ok: true, value: { id: 'a', gross: '0.326', sold: '9007199254740993' } })
  expect(toJson(await open.callByName('shop.Read', { id: 'a' }))).toEqual({
    ok: true,
    value: { gross: '0.326', parts: ['0.326', '1'] },
  })
  expect(await open.callByName('shop.Sell', { sku: 'b', count: 3, fee: 0.005 }, { from: 'json' })).toMatchObject({
    ok: false,
    errors: [{ path: ['fee'] }],
  })
  await open.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a double among decimals is a mistake at its place', () => {
  const wrong = text
    .replace('(1 + parameters.tax)', '1.19')
    .replace('type: decimal, default: "0.19"', 'type: decimal, default: dear')
  expect(() => pipeline(planOf(wrong), { commands: [priceOf, keep] })).toThrow(
    /decimal \* number has no answer; did you mean decimal\("1\.19"\)\?/,
  )
  expect(() => pipeline(planOf(wrong), { commands: [priceOf, keep] })).toThrow(/tax.*expected a decimal number/s)
})
