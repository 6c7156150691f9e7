import { z } from 'zod'
import { namedType } from '../declare.ts'

/** Anything, which nobody checks. */
export const Any = namedType('any', {
  summary: 'Anything, unchecked.',
  tags: ['unknown'],
  type: z.any(),
  takes: [null, 0, 'a', [], {}],
})
