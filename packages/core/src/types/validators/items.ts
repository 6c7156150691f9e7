import { z } from 'zod'
import { validator } from '../declare.ts'
import { limitArgs } from '../limits.ts'

/** A list with neither too few nor too many elements. */
export const items = validator('items', {
  summary: 'A list with neither too few nor too many elements.',
  tags: ['size', 'count', 'elements'],
  args: limitArgs(z.int().min(0), 'the fewest elements', 'the most elements'),
  on: z.array(z.any()),
  make: ({ min, max }) => [
    ...(min === undefined ? [] : [z.minLength(min)]),
    ...(max === undefined ? [] : [z.maxLength(max)]),
  ],
  examples: [{ args: { min: 1, max: 2 }, takes: [[1], [1, 2]], refuses: [[], [1, 2, 3], 'a'] }],
})
