import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { bic } from '../validators/bic.ts'

/** The code of a bank (SWIFT). */
export const Bic = namedType('Bic', {
  summary: 'The code of a bank (SWIFT).',
  tags: ['bank', 'swift'],
  type: z.string().max(11).check(bic()),
  takes: ['DEUTDEFF', 'NEDSZAJJXXX'],
  refuses: ['DEUT', ''],
})
