import { command, error } from 'heddle'
import { z } from 'zod'
import { askService } from './ask-service.ts'
import { Services } from './services.ts'

/** Charges a card. */
export const chargeCard = command('orders.ChargeCard', {
  summary: 'Charge a card',
  input: z.object({ order: z.string(), card: z.string(), cents: z.int().positive() }),
  output: z.object({ charge: z.string() }),
  errors: { CardDeclined: error(z.object({ order: z.string() }), { message: 'The card for {order} was declined.' }) },
  examples: [{ order: 'o-7', card: '4000-1', cents: 8400 }],
  errorExamples: { CardDeclined: { order: 'o-7', card: '4000-0', cents: 8400 } },
  uses: [Services],
  async run({ input, fail, ctx }) {
    const { status, body } = await askService(ctx.use(Services), ctx, 'payment', 'charge', input)
    return status === 402 ? fail.CardDeclined({ order: input.order }) : body
  },
})

/** Gives the money back. */
export const refundCharge = command('orders.RefundCharge', {
  summary: 'Give the money of a charge back',
  input: z.object({ order: z.string(), charge: z.string() }),
  output: z.object({}),
  examples: [{ order: 'o-7', charge: 'charge-1' }],
  uses: [Services],
  async run({ input, ctx }) {
    await askService(ctx.use(Services), ctx, 'payment', 'refund', input)
    return {}
  },
})
