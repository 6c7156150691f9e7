import { command, Sql } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { codesOf } from './bounds.ts'
import { delayStatistics, toTenths } from './delay-statistics.ts'
import { Flight } from './flight.ts'

const route = z.object({ origin: airportCode, destination: airportCode, ...delayStatistics.shape })

/** The routes with the highest mean delay; those that are equally late stand in the order of their names. */
export const worstRoutes = command('flights.WorstRoutes', {
  kind: 'query',
  summary: 'Routes with the highest mean delay',
  input: z.object({
    origin: airportCode.optional(),
    destination: airportCode.optional(),
    minFlights: z.int().min(1).default(20).describe('Leaves out routes with fewer flights'),
    limit: z.int().min(1).max(1000).default(10),
  }),
  output: z.object({ routes: z.array(route) }),
  access: 'public',
  uses: [Sql],
  examples: [{ minFlights: 20, limit: 5 }],

  async run({ input, ctx }) {
    const [firstOrigin, lastOrigin] = codesOf(input.origin)
    const [firstDestination, lastDestination] = codesOf(input.destination)
    const routes = await ctx.use(Sql)(route)`
      SELECT origin, destination, count(*) AS flights, avg(delay) AS mean,
        min(CASE WHEN place * 2 >= size THEN delay END) AS median,
        min(CASE WHEN place * 10 >= size * 9 THEN delay END) AS p90
      FROM (
        SELECT origin, destination, delay,
          row_number() OVER (PARTITION BY origin, destination ORDER BY delay) AS place,
          count(*) OVER (PARTITION BY origin, destination) AS size
        FROM ${Flight}
        WHERE origin BETWEEN ${firstOrigin} AND ${lastOrigin}
          AND destination BETWEEN ${firstDestination} AND ${lastDestination}
      ) AS placed
      GROUP BY origin, destination HAVING count(*) >= ${input.minFlights}
      ORDER BY avg(delay) DESC, origin, destination LIMIT ${input.limit}`
    return { routes: routes.map((row) => ({ ...row, mean: toTenths(row.mean) })) }
  },
})
