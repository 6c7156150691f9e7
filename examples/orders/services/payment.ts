import { startService } from './ledger.ts'

/** Charges and refunds cards. A card whose number ends in 0 is declined. */
export const startPayment = (port?: number) => {
  let charges = 0
  return startService(
    'payment',
    {
      charge: ({ card }: { card: string }) =>
        card.endsWith('0')
          ? { status: 402, body: { error: 'declined' } }
          : { status: 200, body: { charge: `charge-${++charges}` } },
      refund: () => ({ status: 200, body: {} }),
    },
    port,
  )
}
