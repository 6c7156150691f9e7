import { command, ref } from 'heddle'
import { z } from 'zod'
import { Airports, airportType } from './airport.ts'
import { Flight, flightType } from './flight.ts'

/** One flight, with what is known of its two airports. */
export const getFlight = command('flights.GetFlight', {
  kind: 'query',
  summary: 'One flight and its two airports',
  input: z.object({ flight: ref(Flight) }),
  output: flightType.extend({ origin: airportType, destination: airportType }),
  access: 'public',
  uses: [Airports],
  examples: [{ flight: 'flights-20k.json:17' }],

  async run({ input: { flight }, ctx }) {
    const airports = ctx.use(Airports)
    return {
      ...flight,
      origin: await airports.getOrThrow(flight.origin),
      destination: await airports.getOrThrow(flight.destination),
    }
  },
})
