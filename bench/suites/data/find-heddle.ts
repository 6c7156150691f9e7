import { rmSync } from 'node:fs'
import { app, command } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { z } from 'zod'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { type FindInput, type FoundOrder, pageSize, storedOrders } from './find-orders.ts'

const Order = entity('bench.Order', {
  key: 'id',
  fields: {
    id: z.string(),
    customer: z.string(),
    name: z.string(),
    qty: z.int(),
    price: z.number(),
    active: z.boolean(),
    at: z.date(),
  },
  indexes: [{ fields: ['customer', 'at', 'id'] }],
})
const Orders = repository(Order)

const fill = command('bench.Fill', {
  input: z.object({}),
  output: z.null(),
  access: 'public',
  uses: [Orders],
  run({ ctx }) {
    for (const order of storedOrders) ctx.use(Orders).insert(order)
    return null
  },
})

/** A query of its own snapshot, called with its input checked; what it finds stays inside, as records do. */
const findOrders = command('bench.FindOrders', {
  kind: 'query',
  input: z.object({ customer: z.string() }),
  output: z.any(),
  access: 'public',
  uses: [Orders],
  async run({ input, ctx }) {
    const { records } = await ctx.use(Orders).find({ where: input, orderBy: { at: 'desc' }, limit: pageSize })
    return records
  },
})

/** A repository in a query. */
export const contender: Contender<FindInput> = {
  async open() {
    const folder = folderInMemory()
    const parts = [fill, findOrders]
    const bench = await app('bench', { parts, database: sqlite() }).open({ folder, mode: 'development' })
    await bench.callOrThrow(fill, {})
    return {
      call: (input) => bench.callOrThrow(findOrders, input),
      answer: (found: readonly FoundOrder[]) => found.map((record) => ({ ...record })),
      async close() {
        await bench.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
}
