import { command, Sql } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { codesOf } from './bounds.ts'
import { Flight } from './flight.ts'

const answer = z.object({ flights: z.int() })

/** How many flights there are. */
export const countFlights = command('flights.CountFlights', {
  kind: 'query',
  summary: 'How many flights there are',
  input: z.object({ origin: airportCode.optional(), destination: airportCode.optional() }),
  output: answer,
  access: 'public',
  uses: [Sql],
  examples: [{ origin: 'LAX' }],

  async run({ input, ctx }) {
    const [firstOrigin, lastOrigin] = codesOf(input.origin)
    const [firstDestination, lastDestination] = codesOf(input.destination)
    const [counted] = await ctx.use(Sql)(answer)`
      SELECT count(*) AS flights FROM ${Flight}
      WHERE origin BETWEEN ${firstOrigin} AND ${lastOrigin}
        AND destination BETWEEN ${firstDestination} AND ${lastDestination}`
    return counted!
  },
})
