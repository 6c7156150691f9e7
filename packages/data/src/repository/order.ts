import { Defect } from '@heddle/core'
import type { OrderColumn } from '../database/database.ts'
import type { ColumnKind } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'

/** The direction of a field in an order. Missing values come first in `asc`. */
export type Direction = 'asc' | 'desc'

/** A total order: it ends in the key, so that a cursor is exact. */
export interface Order {
  readonly columns: readonly OrderColumn[]
  /** Where each column stands in the table. */
  readonly indexes: readonly number[]
  readonly kinds: readonly ColumnKind[]
  /** What a cursor says of the order in which it was made. */
  readonly signature: string
}

/** How many orders of an entity are kept (limit `find.orders`): an app has few, a caller could make up many. */
const orderLimit = 100

const known = new WeakMap<AnyEntity, Map<string, Order>>()

/**
 * The order by fields, kept for the next time.
 *
 * @throws {Defect} InvalidDefinition for an unknown field, or one that has no order
 */
export function orderOf(entity: AnyEntity, orderBy: { readonly [field: string]: Direction | undefined }): Order {
  let orders = known.get(entity)
  if (!orders) known.set(entity, (orders = new Map()))
  let text = ''
  for (const field in orderBy) text += `${field} ${orderBy[field]},`
  let order = orders.get(text)
  if (!order) {
    if (orders.size >= orderLimit) orders.clear()
    orders.set(text, (order = makeOrder(entity, orderBy)))
  }
  return order
}

function makeOrder(entity: AnyEntity, orderBy: { readonly [field: string]: Direction | undefined }): Order {
  const { key, columns } = entity.table
  const order: OrderColumn[] = []
  for (const [column, direction] of Object.entries(orderBy)) {
    if (direction === undefined) continue
    const found = columns.find(({ name }) => name === column)
    const reason = !found ? `there is no field "${column}"` : `the field "${column}" is kept as JSON and has no order`
    if (!found || found.kind === 'json')
      throw new Defect('InvalidDefinition', { name: `an order of ${entity.name}`, reason })
    order.push({ column, descending: direction === 'desc' })
  }
  if (!order.some(({ column }) => column === key))
    order.push({ column: key, descending: order.at(-1)?.descending ?? false })
  const indexes = order.map(({ column }) => columns.findIndex(({ name }) => name === column))
  const signature = order.map(({ column, descending }) => `${descending ? '-' : ''}${column}`).join()
  return { columns: order, indexes, kinds: indexes.map((index) => columns[index]!.kind), signature }
}
