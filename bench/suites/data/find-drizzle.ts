import { and, desc, eq, sql } from 'drizzle-orm'
import type { Contender } from '../../harness/types.ts'
import { columns, openDrizzle, orders } from './drizzle.ts'
import { type FindInput, pageSize } from './find-orders.ts'

/** Drizzle with a query that was prepared once: what its guide advises for speed. */
export const contender: Contender<FindInput> = {
  async open() {
    const { database, close } = openDrizzle()
    const find = database
      .select(columns)
      .from(orders)
      .where(and(eq(orders.tenant, 'main'), eq(orders.customer, sql.placeholder('customer'))))
      .orderBy(desc(orders.at), desc(orders.id))
      .limit(pageSize)
      .prepare()
    return { call: ({ customer }) => find.all({ customer }), answer: (found) => found, close }
  },
}
