import { and, desc, eq } from 'drizzle-orm'
import type { Contender } from '../../harness/types.ts'
import { columns, openDrizzle, orders } from './drizzle.ts'
import { type FindInput, pageSize } from './find-orders.ts'

/** Drizzle with a query that is built for each call, as most code is written. */
export const contender: Contender<FindInput> = {
  async open() {
    const { database, close } = openDrizzle()
    return {
      call: ({ customer }) =>
        database
          .select(columns)
          .from(orders)
          .where(and(eq(orders.tenant, 'main'), eq(orders.customer, customer)))
          .orderBy(desc(orders.at), desc(orders.id))
          .limit(pageSize)
          .all(),
      answer: (found) => found,
      close,
    }
  },
}
