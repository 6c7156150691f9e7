import type isAlpha2 from 'validator/lib/isISO31661Alpha2.js'
import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { library } from '../library.ts'

const isListed = library<typeof isAlpha2>('validator/lib/isISO31661Alpha2.js')
const message = 'Invalid country: expected two capitals of ISO 3166-1, like DE'

/** A country of ISO 3166-1 in two capitals. */
export const CountryCode = namedType('CountryCode', {
  summary: 'A country of ISO 3166-1 in two capitals.',
  tags: ['country', 'iso 3166', 'nation'],
  type: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: message, abort: true })
    .refine((code) => isListed().default(code), message),
  takes: ['DE', 'US', 'GB'],
  refuses: ['UK', 'XX', 'de', 'DEU', ''],
})
