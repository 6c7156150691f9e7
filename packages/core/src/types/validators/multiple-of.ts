import { z } from 'zod'
import { validator } from '../declare.ts'

/** A number that is a multiple of another one. */
export const multipleOf = validator('multipleOf', {
  summary: 'A number that is a multiple of a step.',
  tags: ['step', 'divisible'],
  args: z.object({ step: z.number().positive().describe('the step') }),
  on: z.number(),
  make: ({ step }) => z.multipleOf(step),
  examples: [{ args: { step: 0.25 }, takes: [0, 1.5, -0.25], refuses: [0.3, '1'] }],
})
