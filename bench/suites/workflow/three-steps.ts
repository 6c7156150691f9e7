/** What a workflow is started with. */
export interface Sale {
  readonly customer: string
  readonly qty: number
  readonly price: number
}

/** What it ends with. */
export interface Shipped {
  readonly total: number
  readonly receipt: string
  readonly parcel: string
}

/** The inputs. */
export const sales: readonly Sale[] = Array.from({ length: 256 }, (_, index) => ({
  customer: `customer-${(index * 7919) % 1000}`,
  qty: 1 + (index % 9),
  price: 5 + (index % 50),
}))

/** The first step: works out what is to be paid. */
export const priceOf = ({ qty, price }: Pick<Sale, 'qty' | 'price'>) => ({ total: qty * price })

/** The second step: takes the money. */
export const charge = ({ customer, total }: { readonly customer: string; readonly total: number }) => ({
  receipt: `${customer}/${total}`,
})

/** The third step: sends it. */
export const ship = ({ receipt, qty }: { readonly receipt: string; readonly qty: number }) => ({
  parcel: `${receipt} x ${qty}`,
})

/** What each contender must answer. */
export function shippedFor({ customer, qty, price }: Sale): Shipped {
  const { total } = priceOf({ qty, price })
  const { receipt } = charge({ customer, total })
  return { total, receipt, ...ship({ receipt, qty }) }
}
