import { command } from 'heddle'
import { z } from 'zod'
import { importFlight } from './import-flight.ts'
import { RefusedRows } from './refused-rows.ts'

/** A row that is no flight, and why: a dead letter of `flights.ImportFlight`. */
const refusedRow = z.object({
  origin: z.string().optional().describe('File and row'),
  error: z.string().describe('Key of the first error'),
  message: z.string(),
  input: z.unknown(),
})

/** The rows that were refused, oldest first, a page at a time. */
export const listRefusedRows = command('flights.ListRefusedRows', {
  kind: 'query',
  summary: 'Rows that were refused, and why',
  input: z.object({
    limit: z.int().min(1).max(1000).default(100),
    after: z.string().max(100).optional().describe('`next` of the page before'),
  }),
  output: z.object({ rows: z.array(refusedRow), next: z.string().optional() }),
  access: 'public',
  uses: [RefusedRows],

  async run({ input: { limit, after }, ctx }) {
    const { tenant } = ctx
    const letters = await ctx.use(RefusedRows).list({ tenant, command: importFlight.name, after, limit })
    const rows = letters.map(({ origin, input, errors: [first] }) => ({
      origin,
      error: first!.key,
      message: first!.message,
      input,
    }))
    return { rows, next: letters.length === limit ? letters.at(-1)!.id : undefined }
  },
})
