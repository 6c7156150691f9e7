import type isLanguage from 'validator/lib/isISO6391.js'
import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { library } from '../library.ts'

const isListed = library<typeof isLanguage>('validator/lib/isISO6391.js')
const message = 'Invalid language: expected two small letters of ISO 639-1, like de'

/** A language of ISO 639-1 in two small letters. */
export const LanguageCode = namedType('LanguageCode', {
  summary: 'A language of ISO 639-1 in two small letters.',
  tags: ['language', 'iso 639', 'locale'],
  type: z
    .string()
    .regex(/^[a-z]{2}$/, { error: message, abort: true })
    .refine((code) => isListed().default(code), message),
  takes: ['de', 'en', 'sw'],
  refuses: ['DE', 'xx', 'deu', ''],
})
