import { command, Sql } from 'heddle'
import { z } from 'zod'
import { Flight, flightId, flightRow } from './flight.ts'

/** Which rows of a file are flights already: what an import that was cut off goes on from. */
export const listRows = command('flights.ListRows', {
  kind: 'query',
  summary: 'Which rows of a file are flights already',
  input: z.object({ file: z.string().min(1).max(255) }),
  output: z.object({ rows: z.array(z.int()) }),
  access: 'flights:import',
  uses: [Sql],

  async run({ input: { file }, ctx }) {
    const begin = flightId(file, '')
    const kept = await ctx.use(Sql)(z.object({ id: z.string() }))`
      SELECT id FROM ${Flight} WHERE id BETWEEN ${begin} AND ${`${begin}:`}`
    return { rows: kept.map(({ id }) => flightRow(id)) }
  },
})
