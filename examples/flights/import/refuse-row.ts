import { command, type FailureJson, Letters } from 'heddle'
import { z } from 'zod'
import { importFlight } from './import-flight.ts'

/** Keeps a row that cannot even be decoded as a dead letter of the command that it was meant for. */
export const refuseRow = command('flights.RefuseRow', {
  summary: 'Keep a row that cannot be decoded as a dead letter',
  input: z.object({
    file: z.string().min(1).max(255),
    row: z.int().positive(),
    text: z.string(),
    errors: z.array(z.custom<FailureJson>()),
  }),
  output: z.object({}),
  access: 'flights:import',
  uses: [Letters],

  run({ input: { file, row, text, errors }, ctx }) {
    const input = { file, row, flight: text }
    ctx.use(Letters).keep({ command: importFlight.name, origin: `${file}:${row}`, input, errors })
    return {}
  },
})
