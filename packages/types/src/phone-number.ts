import type * as Libphonenumber from 'libphonenumber-js/min'
import type { CountryCode } from 'libphonenumber-js/min'
import { library } from './library.ts'

const libphonenumber = library<typeof Libphonenumber>('libphonenumber-js/min')

/** Whether telephone numbers of a country are known. */
export const isCallingCountry = (country: string): country is CountryCode =>
  libphonenumber().isSupportedCountry(country)

/** The number as E.164 writes it, like +4930123456; nothing when it is none. Extensions are no part of a number. */
export function readPhone(text: string, country?: string): string | undefined {
  const known = country !== undefined && isCallingCountry(country) ? country : undefined
  const parsed = libphonenumber().parsePhoneNumberFromString(text, { defaultCountry: known, extract: false })
  return parsed?.isValid() === true && parsed.ext === undefined ? parsed.number : undefined
}
