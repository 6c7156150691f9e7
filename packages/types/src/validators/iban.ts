import type * as Ibantools from 'ibantools'
import { z } from 'zod'
import { validator } from '@heddle/core/types'
import { library } from '../library.ts'

const ibantools = library<typeof Ibantools>('ibantools')

/** An international bank account number (ISO 13616) without spaces: format of its country and check digits. */
export const iban = validator('iban', {
  summary: 'An IBAN without spaces: the format of its country and right check digits.',
  tags: ['bank', 'account', 'iso 13616', 'sepa'],
  make: () =>
    z.refine<string>(
      (text) => ibantools().isValidIBAN(text),
      'Invalid IBAN: expected a country, two check digits and the account without spaces, like DE89370400440532013000',
    ),
  examples: [
    {
      takes: ['DE89370400440532013000', 'GB29NWBK60161331926819', 'NO9386011117947'],
      refuses: ['DE88370400440532013000', 'DE89 3704 0044 0532 0130 00', 'XX00', ''],
    },
  ],
})
