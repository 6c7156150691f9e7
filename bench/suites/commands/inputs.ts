/** The input of the `commands` suite. */
export interface Order {
  id: string
  name: string
  qty: number
  price: number
  active: boolean
}

/** The same with three formatted strings. */
export interface FormattedOrder extends Order {
  uuid: string
  email: string
  at: string
}

/** A number below `limit` that only depends on `seed`, so that every process works on the same inputs. */
const pick = (seed: number, limit: number): number =>
  Math.floor(((((Math.sin(seed * 12.9898) * 43758.5453) % 1) + 1) % 1) * limit)

const COUNT = 256
const indexes = Array.from({ length: COUNT }, (_, index) => index)

/** Valid inputs. */
export const orders: readonly Order[] = indexes.map((index) => ({
  id: `order-${pick(index, 1e9).toString(36)}`,
  name: `Customer number ${index}`.padEnd(10 + pick(index + 1, 40), '.'),
  qty: 1 + pick(index + 2, 1000),
  price: pick(index + 3, 100_000) / 100,
  active: index % 3 !== 0,
}))

const hex = (seed: number, length: number): string =>
  pick(seed, 16 ** length)
    .toString(16)
    .padStart(length, '0')

/** Valid inputs with formats: a version 4 UUID, an e-mail address, a UTC date and time. */
export const formattedOrders: readonly FormattedOrder[] = orders.map((order, index) => ({
  ...order,
  uuid: `${hex(index, 8)}-${hex(index + 7, 4)}-4${hex(index + 8, 3)}-a${hex(index + 9, 3)}-${hex(index + 10, 6)}${hex(index + 11, 6)}`,
  email: `person.${index}@mail${pick(index, 50)}.example.com`,
  at: new Date(1_700_000_000_000 + pick(index, 1e9) * 100).toISOString(),
}))

/** Inputs with two or three wrong fields each. */
export const brokenOrders: readonly unknown[] = orders.map((order, index) =>
  index % 2 === 0 ? { ...order, qty: 0, price: -1, name: '' } : { ...order, qty: 'three', active: 'yes' },
)

/** The wrong fields of a broken order, sorted. */
export const wrongFields = (order: unknown): string[] =>
  (order as { qty: unknown }).qty === 0 ? ['name', 'price', 'qty'] : ['active', 'qty']

/** What the handler gives back for an order. */
export const totalOf = ({ qty, price }: { qty: number; price: number }): number => qty * price
