import { z } from 'zod'
import { validator } from '@heddle/core/types'
import { isCallingCountry, readPhone } from '../phone-number.ts'

/** A telephone number: international with +, or as it is dialled in a country. */
export const phone = validator('phone', {
  summary: 'A telephone number: international with +, or as it is dialled in a country.',
  tags: ['telephone', 'mobile', 'e.164', 'call'],
  args: z.object({
    country: z
      .string()
      .refine(isCallingCountry, 'expected a country in two capitals, like DE')
      .optional()
      .describe('the country whose numbers may stand without +'),
  }),
  make: ({ country }) =>
    z.refine<string>(
      (text) => readPhone(text, country) !== undefined,
      `Invalid telephone number: expected ${country === undefined ? '' : `one of ${country}, or `}an international one like +49 30 123456`,
    ),
  examples: [
    { takes: ['+49 30 123456', '+12133734253'], refuses: ['030 123456', '+49', '+00 1234', 'call me', ''] },
    { args: { country: 'US' }, takes: ['(213) 373-4253', '+49 30 123456'], refuses: ['123'] },
  ],
})
