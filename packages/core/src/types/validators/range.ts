import { z } from 'zod'
import { validator } from '../declare.ts'
import { limitArgs } from '../limits.ts'

/** A number between two limits, which belong to it. */
export const range = validator('range', {
  summary: 'A number between two limits, which belong to it.',
  tags: ['between', 'minimum', 'maximum'],
  args: limitArgs(z.number(), 'the least number', 'the greatest number'),
  on: z.number(),
  make: ({ min, max }) => [...(min === undefined ? [] : [z.gte(min)]), ...(max === undefined ? [] : [z.lte(max)])],
  examples: [
    { args: { min: 0, max: 1 }, takes: [0, 0.5, 1], refuses: [-0.1, 1.1, '0', NaN] },
    { args: { max: 10 }, takes: [-1e9], refuses: [10.1] },
  ],
})
