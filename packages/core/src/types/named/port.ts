import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A TCP or UDP port, 1 to 65535. */
export const Port = namedType('Port', {
  summary: 'A TCP or UDP port, 1 to 65535.',
  tags: ['network', 'tcp'],
  type: z.int().min(1).max(65_535),
  takes: [80, 65535],
  refuses: [0, 65536, '80'],
})
