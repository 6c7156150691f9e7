import { startService } from './ledger.ts'

/** Ships parcels, but to nowhere. */
export const startShipping = (port?: number) => {
  let parcels = 0
  return startService(
    'shipping',
    {
      ship: ({ address }: { address: string }) =>
        address === 'nowhere'
          ? { status: 422, body: { error: 'there is no such place' } }
          : { status: 200, body: { tracking: `parcel-${++parcels}` } },
    },
    port,
  )
}
