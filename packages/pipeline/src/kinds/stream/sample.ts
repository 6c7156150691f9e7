import { z } from 'zod'
import { by, byExpressions, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

/** Lets a part of the records through. */
export const sample = streamKind({
  name: 'sample',
  summary: 'Lets a part of the records through, the same ones each time',
  config: z.strictObject({
    rate: z.number().gt(0).max(1).describe('Which part, e.g. 0.1'),
    by: by.optional().describe('What is chosen: all records with the same value, or none; without it, records'),
  }),
  short: 'rate',
  examples: [0.1, { rate: 0.01, by: 'it.user' }],
  expressions: ({ by: given }) => byExpressions(given, ['by']),
  // A record that is withdrawn has another place in the stream, and is found again by what it says alone.
  job: { accepts: ({ by: given }) => (given === undefined ? 'append' : 'changes'), value: 'same' },
  detail: ({ rate }) => `${rate}`,
  type({ by: given }, typing) {
    typeBy(given, ['by'], typing)
    return typing.it
  },
})
