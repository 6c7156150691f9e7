import { command } from 'heddle'
import { z } from 'zod'
import { eachFlight } from './each-flight.ts'
import { flightId, flightRow, Flights } from './flight.ts'

/** Which rows of a file are flights already: what an import that was cut off goes on from. */
export const listRows = command('flights.ListRows', {
  kind: 'query',
  summary: 'Which rows of a file are flights already',
  input: z.object({ file: z.string().min(1).max(255) }),
  output: z.object({ rows: z.array(z.int()) }),
  access: 'flights:import',
  uses: [Flights],

  async run({ input: { file }, ctx }) {
    const rows: number[] = []
    for await (const page of eachFlight(ctx.use(Flights), { id: { prefix: flightId(file, '') } })) {
      for (const { id } of page) rows.push(flightRow(id))
    }
    return { rows }
  },
})
