import { command, error } from 'heddle'
import { z } from 'zod'
import { askService } from './ask-service.ts'
import { Services } from './services.ts'

/** Ships the parcel of an order. */
export const shipParcel = command('orders.ShipParcel', {
  summary: 'Ship the parcel of an order',
  input: z.object({ order: z.string(), address: z.string() }),
  output: z.object({ tracking: z.string() }),
  errors: {
    NoSuchAddress: error(z.object({ address: z.string() }), { message: 'Nothing can be shipped to {address}.' }),
  },
  examples: [{ order: 'o-7', address: 'Main Street 1' }],
  errorExamples: { NoSuchAddress: { order: 'o-7', address: 'nowhere' } },
  uses: [Services],
  async run({ input, fail, ctx }) {
    const { status, body } = await askService(ctx.use(Services), ctx, 'shipping', 'ship', input)
    return status === 422 ? fail.NoSuchAddress({ address: input.address }) : body
  },
})
