import type isPostalCode from 'validator/lib/isPostalCode.js'
import type { PostalCodeLocale } from 'validator/lib/isPostalCode.js'
import { z } from 'zod'
import { validator } from '@heddle/core/types'
import { library } from '../library.ts'

const postal = library<typeof isPostalCode>('validator/lib/isPostalCode.js')

const isKnown = (country: string): country is PostalCodeLocale =>
  (postal().locales as readonly string[]).includes(country)

/** A postal code as a country writes it. About sixty countries are known. */
export const postalCode = validator('postalCode', {
  summary: 'A postal code as a country writes it.',
  tags: ['zip', 'address', 'plz'],
  args: z.object({
    country: z
      .string()
      .refine(isKnown, { error: () => `expected a country out of ${postal().locales.join(', ')}` })
      .describe('the country, in two capitals'),
  }),
  make: ({ country }) =>
    z.refine<string>(
      (text) => isKnown(country) && postal().default(text, country),
      `Invalid postal code: expected one of ${country}`,
    ),
  examples: [
    { args: { country: 'DE' }, takes: ['10115'], refuses: ['1011', '1011A', ''] },
    { args: { country: 'GB' }, takes: ['SW1A 1AA'], refuses: ['12345'] },
    { args: { country: 'US' }, takes: ['90210', '90210-1234'], refuses: ['9021'] },
    { args: { country: 'CA' }, takes: ['K1A 0B1'], refuses: ['K1A'] },
  ],
})
