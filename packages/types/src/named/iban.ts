import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { iban } from '../validators/iban.ts'

/** An international bank account number; spaces are taken out and letters written as capitals. */
export const Iban = namedType('Iban', {
  summary: 'An IBAN; spaces are taken out and letters written as capitals.',
  tags: ['bank', 'account', 'sepa'],
  type: z
    .string()
    .max(64)
    .check(
      z.overwrite((text) => text.replaceAll(' ', '').toUpperCase()),
      iban(),
    ),
  takes: ['DE89370400440532013000'],
  turns: [['gb29 nwbk 6016 1331 9268 19', 'GB29NWBK60161331926819']],
  refuses: ['DE88370400440532013000', '', 'GB29'],
})
