import { command } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { delayStatistics } from './delay-statistics.ts'
import { Flights } from './flight.ts'
import { groupDelays } from './group-delays.ts'

/** The routes with the highest mean delay. */
export const worstRoutes = command('flights.WorstRoutes', {
  kind: 'query',
  summary: 'Routes with the highest mean delay',
  input: z.object({
    origin: airportCode.optional(),
    destination: airportCode.optional(),
    minFlights: z.int().min(1).default(20).describe('Leaves out routes with fewer flights'),
    limit: z.int().min(1).max(1000).default(10),
  }),
  output: z.object({
    routes: z.array(z.object({ origin: airportCode, destination: airportCode, ...delayStatistics.shape })),
  }),
  access: 'public',
  uses: [Flights],
  examples: [{ minFlights: 20, limit: 5 }],

  async run({ input: { origin, destination, minFlights, limit }, ctx }) {
    const groups = await groupDelays(ctx.use(Flights), {
      where: { origin, destination },
      keyOf: (flight) => `${flight.origin} ${flight.destination}`,
      minFlights,
    })
    // The sort is stable, so routes that are equally late stay in the order of their names.
    const worst = groups.sort((left, right) => right.delays.mean - left.delays.mean).slice(0, limit)
    return {
      routes: worst.map(({ key, delays }) => {
        const [start, end] = key.split(' ') as [string, string]
        return { origin: start, destination: end, ...delays }
      }),
    }
  },
})
