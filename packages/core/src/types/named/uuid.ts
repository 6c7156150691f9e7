import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A UUID of RFC 9562. */
export const Uuid = namedType('Uuid', {
  summary: 'A UUID of RFC 9562.',
  tags: ['id', 'guid'],
  type: z.uuid(),
  takes: ['018f4e1a-9c1b-7def-8abc-0123456789ab'],
  refuses: ['018f4e1a', '018f4e1a-9c1b-7def-zabc-0123456789ab'],
})
