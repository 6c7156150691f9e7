import { command } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { eachFlight } from './each-flight.ts'
import { Flights } from './flight.ts'

/** How many flights there are. */
export const countFlights = command('flights.CountFlights', {
  kind: 'query',
  summary: 'How many flights there are',
  input: z.object({ origin: airportCode.optional(), destination: airportCode.optional() }),
  output: z.object({ flights: z.int() }),
  access: 'public',
  uses: [Flights],
  examples: [{ origin: 'LAX' }],

  async run({ input: { origin, destination }, ctx }) {
    let flights = 0
    for await (const page of eachFlight(ctx.use(Flights), { origin, destination })) flights += page.length
    return { flights }
  },
})
