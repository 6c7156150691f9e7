import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A length of time such as 250ms, 2s, 1.5h or 7d. */
export const Duration = namedType('Duration', {
  summary: 'A length of time such as 250ms, 2s, 1.5h or 7d.',
  tags: ['time', 'timeout', 'interval'],
  type: z
    .string()
    .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/, 'Invalid duration: expected a number and its unit, like 250ms, 2s or 7d'),
  takes: ['250ms', '2s', '1.5h', '7d', '2w'],
  refuses: ['2', 's', '-1s', '2 s', '1y', 2],
})
