import { z } from 'zod'
import { validator } from '../declare.ts'
import { limitArgs } from '../limits.ts'

/** A text that is neither too short nor too long, in UTF-16 code units as JavaScript counts. */
export const length = validator('length', {
  summary: 'A text that is neither too short nor too long.',
  tags: ['size', 'characters'],
  args: limitArgs(z.int().min(0), 'the fewest characters', 'the most characters'),
  make: ({ min, max }) => [
    ...(min === undefined ? [] : [z.minLength(min)]),
    ...(max === undefined ? [] : [z.maxLength(max)]),
  ],
  examples: [
    { args: { min: 1, max: 3 }, takes: ['a', 'abc'], refuses: ['', 'abcd', 7] },
    { args: { min: 2 }, takes: ['ab'], refuses: ['a'] },
  ],
})
