import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A whole number from 0 on. */
export const NonNegativeInt = namedType('NonNegativeInt', {
  summary: 'A whole number from 0 on.',
  tags: ['integer', 'count'],
  type: z.int().nonnegative(),
  takes: [0, 7],
  refuses: [-1, 0.5, '0'],
})
