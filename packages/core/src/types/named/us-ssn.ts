import { z } from 'zod'
import { pii } from '../../schema/annotate/annotate.ts'
import { usSsn } from '../validators/us-ssn.ts'
import { namedType } from '../declare.ts'

/** A US social security number; personal data. */
export const UsSsn = namedType('UsSsn', {
  summary: 'A US social security number; personal data.',
  tags: ['social security', 'personal'],
  type: pii(z.string().check(usSsn())),
  takes: ['123-45-6789'],
  refuses: ['000-12-3456', '123456789', '900-12-3456'],
})
