import { command } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { delayStatistics } from './delay-statistics.ts'
import { Flights } from './flight.ts'
import { groupDelays } from './group-delays.ts'

/** How late the flights from each airport were on each day. */
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
  output: z.object({ days: z.array(z.object({ airport: airportCode, day: z.iso.date(), ...delayStatistics.shape })) }),
  access: 'public',
  uses: [Flights],
  examples: [{ airport: 'ORD', from: '2001-01-01', to: '2001-01-07' }],

  async run({ input: { airport, from, to, minFlights, limit }, ctx }) {
    const groups = await groupDelays(ctx.use(Flights), {
      where: { origin: airport, day: { gte: from, lte: to } },
      keyOf: ({ origin, day }) => `${origin} ${day}`,
      minFlights,
    })
    return {
      days: groups.slice(0, limit).map(({ key, delays }) => {
        const [origin, day] = key.split(' ') as [string, string]
        return { airport: origin, day, ...delays }
      }),
    }
  },
})
