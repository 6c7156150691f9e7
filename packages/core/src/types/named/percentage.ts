import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A number of percent, 0 to 100. */
export const Percentage = namedType('Percentage', {
  summary: 'A number of percent, 0 to 100.',
  tags: ['percent', 'rate'],
  type: z.number().min(0).max(100),
  takes: [0, 12.5, 100],
  refuses: [-0.1, 100.1, '50'],
})
