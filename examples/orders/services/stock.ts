import { startService } from './ledger.ts'

/** Reserves what there is: five of each. */
export const startStock = (port?: number) => {
  const left = new Map<string, number>()
  const leftOf = (sku: string) => left.get(sku) ?? 5
  return startService(
    'stock',
    {
      reserve({ items }: { items: { sku: string; qty: number }[] }) {
        const missing = items.find(({ sku, qty }) => leftOf(sku) < qty)
        if (missing) return { status: 409, body: { sku: missing.sku, left: leftOf(missing.sku) } }
        for (const { sku, qty } of items) left.set(sku, leftOf(sku) - qty)
        return { status: 200, body: {} }
      },
      release({ items }: { items: { sku: string; qty: number }[] }) {
        for (const { sku, qty } of items) left.set(sku, leftOf(sku) + qty)
        return { status: 200, body: {} }
      },
    },
    port,
  )
}
