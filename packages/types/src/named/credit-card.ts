import { sensitive } from '@heddle/core'
import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { creditCard } from '../validators/credit-card.ts'

/** The number of a payment card without spaces and dashes; sensitive. */
export const CreditCard = namedType('CreditCard', {
  summary: 'The number of a payment card; spaces and dashes are taken out; sensitive.',
  tags: ['payment', 'pan', 'visa', 'mastercard'],
  type: sensitive(
    z
      .string()
      .max(32)
      .check(
        z.overwrite((text) => text.replaceAll(/[ -]/g, '')),
        creditCard(),
      ),
  ),
  takes: ['4111111111111111'],
  turns: [['5555 5555-5555 4444', '5555555555554444']],
  refuses: ['4111111111111112', ''],
})
