import { app, command, entity, repository, Sql, sqlite, sqlQueries } from 'heddle'
import { z } from 'zod'

const Order = entity('shop.Order', {
  key: 'id',
  fields: { id: z.string(), city: z.string(), cents: z.int(), at: z.date() },
})
const Orders = repository(Order)

export const placeOrder = command('shop.PlaceOrder', {
  input: z.object({ id: z.string(), city: z.string(), cents: z.int().positive() }),
  output: z.object({ id: z.string() }),
  access: 'shop:order',
  uses: [Orders],
  run: ({ input, ctx }) => ctx.use(Orders).insert({ ...input, at: new Date(ctx.clock.now()) }),
})

/** SQL in code: an entity stands for the tenant's records of it, and every value is bound. */
export const bestCity = command('shop.BestCity', {
  kind: 'query',
  input: z.object({ above: z.int().default(0) }),
  output: z.object({ city: z.string(), cents: z.int() }).nullable(),
  access: 'shop:read',
  uses: [Sql, Orders],
  async run({ input, ctx }) {
    const rows = await ctx.use(Sql)(z.object({ city: z.string(), cents: z.int() }))`
      SELECT city, sum(cents) AS cents FROM ${Order} WHERE cents > ${input.above}
      GROUP BY city ORDER BY sum(cents) DESC, city LIMIT 1`
    return rows[0] ?? null
  },
})

/** SQL as data: the template, and which entities its statements may read. */
export const sqlQuery = sqlQueries([Order])

/** The config is JSON: it may come from a file, a form or another system. */
export const turnover = sqlQuery.configure(
  {
    summary: 'Turnover of each city',
    statement: `
      SELECT city, sum(cents) AS cents FROM {shop.Order}
      WHERE (:city IS NULL OR city = :city) GROUP BY city ORDER BY city`,
    parameters: { city: { type: 'text', max: 100, optional: true } },
    row: { city: { type: 'text' }, cents: { type: 'integer' } },
    access: 'shop:read',
  },
  'shop.Turnover',
)

export default app('shop', { parts: [placeOrder, bestCity, sqlQuery, turnover], database: sqlite() })
