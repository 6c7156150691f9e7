import { z } from 'zod'
import { transformer } from '../declare.ts'
import { limitArgs } from '../limits.ts'

/** Brings a number that is outside of two limits to the nearer one. */
export const clamp = transformer('clamp', {
  summary: 'Brings a number that is outside of two limits to the nearer one.',
  tags: ['limit', 'bound'],
  args: limitArgs(z.number(), 'the least number', 'the greatest number'),
  on: z.number(),
  make: ({ min = -Infinity, max = Infinity }) => z.overwrite<number>((value) => Math.min(max, Math.max(min, value))),
  examples: [
    {
      args: { min: 0, max: 10 },
      turns: [
        [-5, 0],
        [11, 10],
      ],
      takes: [0, 5, 10],
      refuses: ['5'],
    },
    { args: { max: 1 }, turns: [[2, 1]], takes: [-9] },
  ],
})
