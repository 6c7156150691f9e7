import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A whole number above 0. */
export const PositiveInt = namedType('PositiveInt', {
  summary: 'A whole number above 0.',
  tags: ['integer', 'count'],
  type: z.int().positive(),
  takes: [1, 2 ** 53 - 1],
  refuses: [0, -1, 1.5, '1'],
})
