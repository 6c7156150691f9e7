import type isCreditCard from 'validator/lib/isCreditCard.js'
import { z } from 'zod'
import { validator } from '@heddle/core/types'
import { library } from '../library.ts'

const isCard = library<typeof isCreditCard>('validator/lib/isCreditCard.js')

/** A number of a payment card: the pattern of an issuer and a right check digit (Luhn). */
export const creditCard = validator('creditCard', {
  summary: 'A number of a payment card with a right check digit.',
  tags: ['payment', 'luhn', 'visa', 'mastercard', 'pan'],
  make: () =>
    z.refine<string>(
      (text) => isCard().default(text),
      'Invalid card number: expected 12 to 19 digits with a right check digit',
    ),
  examples: [
    {
      takes: ['4111111111111111', '5555 5555 5555 4444', '3782-822463-10005'],
      refuses: ['4111111111111112', '1234', '4111a11111111111', ''],
    },
  ],
})
