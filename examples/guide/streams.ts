import { app, command, draft, job, sqlite } from 'heddle'
import { z } from 'zod'

/** A plan in a file. */
export const departuresByHour = job(new URL('./streams/departures-by-hour.yaml', import.meta.url))

/** The same in code: the types flow from step to step. */
const Departure = z.object({ flight: z.string(), origin: z.string(), delay: z.int(), at: z.date() })
export const sameInCode = job(
  draft('flights.DeparturesByHour', { access: 'public' })
    .source('departures', 'file', { path: 'departures.ndjson' }, { type: Departure, time: 'it.at' })
    .window('hourly', { tumbling: '1h', by: 'it.origin' }, { flights: 'count()', mean: 'avg(it.delay)' })
    .sink('hours', 'table', { name: 'airportHours' }),
)

/** Asked by a job about each flight. */
export const showOperator = command('flights.ShowOperator', {
  kind: 'query',
  input: z.object({ flight: z.string() }),
  output: z.object({ name: z.string() }),
  errors: { UnknownFlight: z.object({ flight: z.string() }) },
  access: 'public',
  run: ({ input: { flight }, fail }) =>
    flight.startsWith('X') ? fail.UnknownFlight({ flight }) : { name: flight.startsWith('D') ? 'Delta' : 'United' },
})

export const reports = job(new URL('./streams/reports.yaml', import.meta.url))
export const flightTimes = job(new URL('./streams/flight-times.yaml', import.meta.url), { commands: [showOperator] })

export default app('flights', {
  parts: [departuresByHour, reports, flightTimes, showOperator],
  database: sqlite(),
})
