import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, toJson } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { decimal, Decimal } from '@heddle/types/decimal'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runsOf } from '../index.ts'
import { planWorkflow } from './plan-workflow.ts'

const offer = command('shop.Offer', {
  input: z.object({ sku: z.string() }),
  output: z.object({ net: decimal(), sold: z.int64() }),
  run: () => ({ net: Decimal.read('0.10')!, sold: 9_007_199_254_740_993n }),
})

const text = `heddle: 1
pipeline: shop.Quote
input: { sku: string, fee: decimal }
output: { gross: decimal, sold: int64 }
steps:
  - { id: offer, call: { command: shop.Offer, with: { sku: input.sku } } }
  - { id: agreed, wait: { signal: agreed, type: { count: int64, discount: decimal } } }
  - id: gross
    from: { offer: offer, agreed: agreed }
    map:
      gross: it.offer.net * it.agreed.count - it.agreed.discount + input.fee
      sold: it.offer.sold
`

test('exact numbers are the same behind a journal: of inputs, steps, signals and outcomes', async () => {
  const parsed = parsePlan(text, 'quote.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const folder = mkdtempSync(join(tmpdir(), 'heddle-exact-'))
  const quote = planWorkflow(parsed.plan, { commands: [offer] })
  const opened = async () => {
    const open = await app('shop', { parts: [quote], database: usualDatabase() }).open({ folder })
    await open.start()
    return open
  }
  const first = await opened()
  const begun = await first.callByName('shop.Quote', { sku: 'a', fee: '0.01' }, { from: 'json' })
  const { run } = (begun as unknown as { value: { run: string } }).value
  await first.close()

  const second = await opened()
  const sent = await second.callByName(
    'shop.SignalQuoteAgreed',
    { run, data: { count: '3', discount: '0.05' } },
    { from: 'json' },
  )
  expect(sent).toMatchObject({ ok: true })
  const outcome = await runsOf(second).outcome(run)
  expect(toJson(outcome)).toEqual({ ok: true, value: { gross: '0.26', sold: '9007199254740993' } })
  await second.close()

  const third = await opened()
  expect(await third.callByName('shop.AwaitQuote', { run })).toEqual(outcome)
  await third.close()
  rmSync(folder, { recursive: true, force: true })
})
