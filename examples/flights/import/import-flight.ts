import { command, error, ref } from 'heddle'
import { z } from 'zod'
import { Airport } from '../airport.ts'
import { delayMinutes, distanceMiles, flightDate, flightId, Flights } from '../flight.ts'
import { greatCircleMiles } from './great-circle.ts'
import { wallClock } from './wall-clock.ts'

/** Files round, and airports are large: in 20,000 flights the stated distance is at most 8 miles off. */
const toleratedMiles = 25

/** A row of a file. */
const row = z.strictObject({
  date: wallClock.pipe(flightDate).describe('Local time at the origin, e.g. 2001/01/14 21:55'),
  delay: delayMinutes.describe('Minutes behind schedule'),
  distance: distanceMiles.describe('Statute miles'),
  origin: ref(Airport),
  destination: ref(Airport),
})

/**
 * Keeps one row of a file as a flight. Sent again, it is refused with `NotUnique`: what is kept never changes.
 */
export const importFlight = command('flights.ImportFlight', {
  summary: 'Keep one row of a file as a flight',
  input: z.object({ file: z.string().min(1).max(255), row: z.int().positive(), flight: row }),
  output: z.object({ id: z.string() }),
  errors: {
    SameAirport: error(z.object({ airport: z.string() }), { message: 'The flight ends at {airport}, where it began.' }),
    ImplausibleDistance: error(z.object({ stated: z.int(), measured: z.int() }), {
      message: 'The row says {stated} miles, but the airports are {measured} miles apart.',
    }),
  },
  access: 'flights:import',
  uses: [Flights],

  run({ input: { file, row: number, flight }, fail, ctx }) {
    const { date, delay, distance, origin, destination } = flight
    if (origin.iata === destination.iata) {
      return fail.SameAirport({ airport: origin.iata }, { path: ['flight', 'destination'] })
    }
    const measured = Math.round(greatCircleMiles(origin, destination))
    if (Math.abs(distance - measured) > toleratedMiles) {
      return fail.ImplausibleDistance({ stated: distance, measured }, { path: ['flight', 'distance'] })
    }

    const id = flightId(file, number)
    const day = date.toISOString().slice(0, 10)
    ctx.use(Flights).insert({ id, date, day, delay, distance, origin: origin.iata, destination: destination.iata })
    return { id }
  },
})
