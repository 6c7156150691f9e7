import { z } from 'zod'
import { validator } from '../declare.ts'

// What the Social Security Administration never gives out: areas 000, 666 and 9xx, group 00, serial 0000.
const format = /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/

/** A US social security number with its dashes. */
export const usSsn = validator('usSsn', {
  summary: 'A US social security number with its dashes.',
  tags: ['social security', 'ssn', 'america'],
  make: () =>
    z.regex(format, 'Invalid US social security number: expected three, two and four digits like 123-45-6789'),
  examples: [
    { takes: ['123-45-6789'], refuses: ['000-12-3456', '666-12-3456', '912-12-3456', '123-00-4567', '123456789'] },
  ],
})
