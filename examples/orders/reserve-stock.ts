import { command, error } from 'heddle'
import { z } from 'zod'
import { askService } from './ask-service.ts'
import { Services } from './services.ts'

/** What is ordered of one article. */
export const item = z.object({ sku: z.string().min(1), qty: z.int().positive(), cents: z.int().positive() })

const reservation = z.object({ order: z.string(), items: z.array(item) })
const chairs = (qty: number) => ({ order: 'o-7', items: [{ sku: 'chair', qty, cents: 4200 }] })

/** Sets the articles of an order aside. */
export const reserveStock = command('orders.ReserveStock', {
  summary: 'Set the articles of an order aside',
  input: reservation,
  output: z.object({}),
  errors: {
    OutOfStock: error(z.object({ sku: z.string(), left: z.int() }), {
      message: 'There are only {left} of {sku} left.',
    }),
  },
  examples: [chairs(2)],
  errorExamples: { OutOfStock: chairs(50) },
  uses: [Services],
  async run({ input, fail, ctx }) {
    const { status, body } = await askService(ctx.use(Services), ctx, 'stock', 'reserve', input)
    return status === 409 ? fail.OutOfStock(body) : {}
  },
})

/** Puts them back. */
export const releaseStock = command('orders.ReleaseStock', {
  summary: 'Put the articles of an order back',
  input: reservation,
  output: z.object({}),
  examples: [chairs(2)],
  uses: [Services],
  async run({ input, ctx }) {
    await askService(ctx.use(Services), ctx, 'stock', 'release', input)
    return {}
  },
})
