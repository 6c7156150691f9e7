import type { DatabaseSync } from 'node:sqlite'

/** What is measured: the newest twenty open orders of one customer, among 10,000 of a hundred customers. */
export interface FindInput {
  readonly customer: string
}

/** An order as every contender gives it back. */
export interface FoundOrder {
  readonly id: string
  readonly customer: string
  readonly name: string
  readonly qty: number
  readonly price: number
  readonly active: boolean
  readonly at: Date
}

/** How many records a call finds. */
export const pageSize = 20

const customers = 100
const perCustomer = 100

/** The orders that each contender stores. */
export const storedOrders: readonly FoundOrder[] = Array.from({ length: customers * perCustomer }, (_, index) => ({
  id: `o-${String(index).padStart(5, '0')}`,
  customer: `c-${index % customers}`,
  name: `order ${index}`,
  qty: index % 7,
  price: (index % 1000) + 0.5,
  active: index % 3 > 0,
  at: new Date(1_700_000_000_000 + index * 1000),
}))

/** The inputs. */
export const findInputs: readonly FindInput[] = Array.from({ length: customers }, (_, index) => ({
  customer: `c-${index}`,
}))

/** What each contender must find. */
export const foundFor = ({ customer }: FindInput): readonly FoundOrder[] =>
  storedOrders
    .filter((order) => order.customer === customer)
    .toReversed()
    .slice(0, pageSize)

/** Fills the table that the peers read. It has the same columns, key and index as ours. */
export function fillOrders(database: DatabaseSync): void {
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE orders (tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, customer TEXT, name TEXT,
      qty INTEGER, price REAL, active INTEGER, at INTEGER, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
    CREATE INDEX orders_by_customer ON orders (tenant, customer, at, id);
    BEGIN`)
  const insert = database.prepare('INSERT INTO orders VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)')
  for (const { id, customer, name, qty, price, active, at } of storedOrders) {
    insert.run('main', id, customer, name, qty, price, active ? 1 : 0, at.getTime())
  }
  database.exec('COMMIT')
}
