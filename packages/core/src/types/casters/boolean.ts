import { z } from 'zod'
import { caster } from '../declare.ts'

const words = new Map<unknown, boolean>([
  ...['true', 'yes', 'on', '1', 1].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0', 0].map((word) => [word, false] as const),
])

/** Yes or no, also out of the usual words for it. */
export const boolean = caster('boolean', {
  summary: 'Yes or no, also out of true, yes, on, 1 and false, no, off, 0.',
  tags: ['bool'],
  make: () =>
    z.preprocess(
      (value) => words.get(typeof value === 'string' ? value.trim().toLowerCase() : value) ?? value,
      z.boolean(),
    ),
  examples: [
    {
      takes: [true, false],
      turns: [
        ['yes', true],
        ['OFF', false],
        [1, true],
      ],
      refuses: ['', 'maybe', 2, null],
    },
  ],
})
