import { command, Sql } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { codesOf, daysOf } from './bounds.ts'
import { delayStatistics, toTenths } from './delay-statistics.ts'
import { Flight } from './flight.ts'

const airportDay = z.object({ airport: airportCode, day: z.iso.date(), ...delayStatistics.shape })

/** How late the flights from each airport were on each day. Percentiles are by nearest rank: the delay of a flight. */
export const delaysByAirport = command('flights.DelaysByAirport', {
  kind: 'query',
  summary: 'Delays by airport of departure and day',
  input: z.object({
    airport: airportCode.optional(),
    from: z.iso.date().optional().describe('First day, e.g. 2001-01-14'),
    to: z.iso.date().optional().describe('Last day'),
    minFlights: z.int().min(1).default(1).describe('Leaves out days with fewer flights'),
    limit: z.int().min(1).max(10_000).default(100),
  }),
  output: z.object({ days: z.array(airportDay) }),
  access: 'public',
  uses: [Sql],
  examples: [{ airport: 'ORD', from: '2001-01-01', to: '2001-01-07' }],

  async run({ input: { airport, from, to, minFlights, limit }, ctx }) {
    const [firstCode, lastCode] = codesOf(airport)
    const [firstDay, lastDay] = daysOf(from, to)
    const days = await ctx.use(Sql)(airportDay)`
      SELECT airport, day, count(*) AS flights, avg(delay) AS mean,
        min(CASE WHEN place * 2 >= size THEN delay END) AS median,
        min(CASE WHEN place * 10 >= size * 9 THEN delay END) AS p90
      FROM (
        SELECT origin AS airport, day, delay,
          row_number() OVER (PARTITION BY origin, day ORDER BY delay) AS place,
          count(*) OVER (PARTITION BY origin, day) AS size
        FROM ${Flight}
        WHERE origin BETWEEN ${firstCode} AND ${lastCode} AND day BETWEEN ${firstDay} AND ${lastDay}
      ) AS placed
      GROUP BY airport, day HAVING count(*) >= ${minFlights}
      ORDER BY airport, day LIMIT ${limit}`
    return { days: days.map((row) => ({ ...row, mean: toTenths(row.mean) })) }
  },
})
