import { z } from 'zod'
import { typeMaker } from '../declare.ts'

/** One of some values. */
export const oneOf = typeMaker('oneOf', {
  summary: 'One of some texts, numbers, booleans or null.',
  tags: ['enum', 'choice', 'literal'],
  args: z.object({
    values: z
      .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .min(1)
      .describe('the values'),
  }),
  make: ({ values }) => z.literal(values),
  examples: [{ args: { values: ['a', 1, null] }, takes: ['a', 1, null], refuses: ['b', '1', 2, undefined] }],
})
