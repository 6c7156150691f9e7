import { command, ref } from 'heddle'
import { z } from 'zod'
import { Airport, airportType } from './airport.ts'

/** One airport by its code. */
export const getAirport = command('flights.GetAirport', {
  kind: 'query',
  summary: 'One airport by its code',
  input: z.object({ airport: ref(Airport) }),
  output: airportType,
  access: 'public',
  examples: [{ airport: 'LAX' }],
  run: ({ input: { airport } }) => airport,
})
