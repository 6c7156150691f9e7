import { command } from 'heddle'
import { z } from 'zod'
import { Airports, airportType } from '../airport.ts'

/** Keeps an airport. One that is there already gets the newer facts. */
export const importAirport = command('flights.ImportAirport', {
  summary: 'Keep an airport, or correct one',
  input: z.object({ file: z.string().min(1).max(255), row: z.int().positive(), airport: airportType }),
  output: z.object({ isNew: z.boolean() }),
  access: 'flights:import',
  idempotent: true,
  uses: [Airports],

  async run({ input: { airport }, ctx }) {
    const airports = ctx.use(Airports)
    const { iata, ...facts } = airport
    const known = await airports.get(iata)
    if (known) airports.update(known, facts)
    else airports.insert(airport)
    return { isNew: known === undefined }
  },
})
