import { app, command, deadLetter, error, pii, port, retry } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { z } from 'zod'

/** The carrier that takes parcels; often it is not there. */
export const Carrier = port<{ take(parcel: string, to: string): Promise<boolean> }>('shop.Carrier')

export const ship = command('shop.Ship', {
  input: z.object({ parcel: z.string(), to: z.object({ name: pii(z.string()), street: pii(z.string()) }) }),
  output: z.object({}),
  errors: { CarrierDown: error(z.object({}), { retry: 'later' }) },
  uses: [Carrier],
  // From the outside in: only what failed after both attempts becomes a dead letter.
  policies: [deadLetter({ on: ['CarrierDown'] }), retry({ attempts: 2, initial: '10ms' })],
  async run({ input: { parcel, to }, ctx, fail }) {
    const isTaken = await ctx.use(Carrier).take(parcel, `${to.name}, ${to.street}`)
    return isTaken ? {} : fail.CarrierDown({})
  },
})

export default app('shop', { parts: [ship], database: sqlite() })
