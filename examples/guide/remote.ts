import { app, command } from 'heddle'
import { remote } from 'heddle/remote'
import { z } from 'zod'
import { charge, manifest } from './generated/billing.ts'

export const placeOrder = command('shop.PlaceOrder', {
  input: z.object({ card: z.string(), cents: z.int().positive() }),
  output: z.object({ receipt: z.string(), paid: z.boolean() }),
  calls: [charge],
  access: 'public',
  async run({ input, call }) {
    const charged = await call.try(charge, input)
    if (charged.ok) return { receipt: charged.value.receipt, paid: true }
    for (const error of charged.errors) {
      if (error.code === 'CardRefused')
        return { receipt: `refused until ${error.data.until.getUTCFullYear()}`, paid: false }
    }
    return { receipt: 'later', paid: false }
  },
})

/** The shop, beside a billing app that is served at an address. */
export const shopAt = (url: string) =>
  app('shop', {
    parts: [
      placeOrder,
      remote('billing', {
        manifest,
        url,
        authorization: ({ environment }) => `Bearer ${environment.BILLING_TOKEN}`,
        timeout: '10s',
        allowPrivate: true,
      }),
    ],
  })
