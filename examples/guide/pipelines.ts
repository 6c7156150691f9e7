import { app, command, event } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { draft, fn, pipeline } from '@heddle/pipeline'
import { z } from 'zod'

const Line = z.object({ sku: z.string(), qty: z.int() })

/** A command like any other: a pipeline calls it by its name. */
export const priceLine = command('shop.PriceLine', {
  kind: 'query',
  input: Line,
  output: z.object({ sku: z.string(), cents: z.int() }),
  errors: { NoPrice: z.object({ sku: z.string() }) },
  access: 'public',
  run: ({ input: { sku, qty }, fail }) => (sku.startsWith('X') ? fail.NoPrice({ sku }) : { sku, cents: qty * 2500 }),
})

export const parcelCost = command('shop.ParcelCost', {
  kind: 'query',
  input: z.object({ lines: z.int() }),
  output: z.int(),
  access: 'public',
  run: ({ input: { lines } }) => 490 + lines * 10,
})

export const OrderPriced = event('shop.OrderPriced', { data: z.object({ customer: z.string(), cents: z.int() }) })

/** The plan is a file beside this one; what its names mean is given here, and all of it is checked now. */
export const priceOrder = pipeline(new URL('./price-order.yaml', import.meta.url), {
  commands: [priceLine, parcelCost],
  events: [OrderPriced],
})

/** The same kind of plan in TypeScript: what a step gives is what the next one has to take. */
export const quickQuote = pipeline(
  draft('shop.QuickQuote', { input: z.string(), access: 'public' })
    .call(
      'read',
      fn('readLine', z.string(), Line, (text) => {
        const [sku = '', qty] = text.split(' x ')
        return { sku, qty: Number(qty ?? 1) }
      }),
    )
    .call('price', priceLine, { retry: { attempts: 2 } })
    .map<string>('shown', 'it.sku + ": " + string(it.cents)'),
)

export default app('shop', { parts: [priceLine, parcelCost, priceOrder, quickQuote], database: sqlite() })
