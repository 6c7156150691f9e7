import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { CurrencyCode } from './currency-code.ts'

/** An amount of money in the smallest unit of its currency: 1999 with EUR is 19.99 €, 1999 with JPY is 1999 ¥. */
export const Money = namedType('Money', {
  summary: 'An amount of money: whole minor units and a currency of ISO 4217.',
  tags: ['amount', 'price', 'currency', 'cents'],
  type: z.object({ minor: z.int(), currency: CurrencyCode }),
  takes: [
    { minor: 1999, currency: 'EUR' },
    { minor: -5, currency: 'JPY' },
  ],
  refuses: [{ minor: 19.99, currency: 'EUR' }, { minor: 1, currency: 'XYZ' }, { minor: 1 }, 1999, '19.99 EUR'],
})
