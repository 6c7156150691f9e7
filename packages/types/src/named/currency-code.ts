import type isCurrency from 'validator/lib/isISO4217.js'
import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { library } from '../library.ts'

const isListed = library<typeof isCurrency>('validator/lib/isISO4217.js')
const message = 'Invalid currency: expected three capitals of ISO 4217, like EUR'

/** A currency of ISO 4217 in three capitals. */
export const CurrencyCode = namedType('CurrencyCode', {
  summary: 'A currency of ISO 4217 in three capitals.',
  tags: ['currency', 'iso 4217', 'money'],
  type: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: message, abort: true })
    .refine((code) => isListed().default(code), message),
  takes: ['EUR', 'USD', 'JPY'],
  refuses: ['EURO', 'XYZ', 'eur', ''],
})
