import { error, workflow } from 'heddle'
import { z } from 'zod'
import { chargeCard, refundCharge } from './charge-card.ts'
import { keepOrder, moveOrder } from './order.ts'
import { item, releaseStock, reserveStock } from './reserve-stock.ts'
import { shipParcel } from './ship-parcel.ts'

/** Above this somebody has to say yes. */
export const approvalCents = 100_000

const approval = z
  .object({ approved: z.boolean(), by: z.string() })
  .meta({ examples: [{ approved: true, by: 'Grace' }] })

/**
 * An order as a saga: each step is done once, whatever dies meanwhile, and when a later one fails, what the ones before
 * did is undone in reverse.
 */
export const placeOrder = workflow('orders.PlaceOrder', {
  summary: 'Place an order: reserve, have it approved above a limit, charge, ship',
  input: z.object({
    order: z.string().min(1),
    customer: z.string(),
    card: z.string(),
    address: z.string(),
    items: z.array(item).min(1),
  }),
  output: z.object({ charge: z.string(), tracking: z.string() }),
  errors: { NotApproved: error(z.object({ by: z.string() }), { message: 'The order was not approved: {by}.' }) },
  access: 'public',
  examples: [
    {
      order: 'o-7',
      customer: 'Ada',
      card: '4000-1',
      address: 'Main Street 1',
      items: [{ sku: 'chair', qty: 2, cents: 4200 }],
    },
  ],
  steps: [keepOrder, moveOrder, reserveStock, releaseStock, chargeCard, refundCharge, shipParcel],
  signals: { approval },

  async run({ input, step, signal, compensate, fail }) {
    const { order, customer, card, address, items } = input
    const cents = items.reduce((sum, { qty, cents: each }) => sum + qty * each, 0)
    await step('keep', keepOrder, { id: order, customer, cents })
    compensate('order', moveOrder, { id: order, state: 'undone' })

    await step('reserve', reserveStock, { order, items })
    compensate('stock', releaseStock, { order, items })

    if (cents > approvalCents) {
      const answer = await signal('approval', { timeout: '2d' })
      if (!answer?.approved) return fail.NotApproved({ by: answer?.by ?? 'nobody answered in two days' })
    }

    const { charge } = await step('charge', chargeCard, { order, card, cents })
    compensate('charge', refundCharge, { order, charge })
    await step('paid', moveOrder, { id: order, state: 'paid' })

    const { tracking } = await step('ship', shipParcel, { order, address })
    await step('shipped', moveOrder, { id: order, state: 'shipped', tracking })
    return { charge, tracking }
  },
})
