import { decryptEqual, encryptEqual, isEncryptedEqual } from '../equal-cipher.ts'
import { z } from 'zod'
import { transformer } from '@heddle/core/types'
import { keysArg, placeArg, ringOf } from '../keys-args.ts'

/**
 * Encrypts a text with AES-256-SIV (RFC 5297) and the current key of a ring. Equal texts become equal, so that they can
 * still be looked up; who must hide that too encrypts with `encryptText` of core. What this key ring encrypted stays as it
 * is.
 *
 * @example z.string().check(encrypt({ keys, place: 'patient.diagnosis' }))
 */
export const encrypt = transformer('encrypt', {
  summary: 'Encrypts a text, equal texts to equal ones, with the current key of HEDDLE_KEYS.',
  tags: ['aes', 'siv', 'cipher', 'secret', 'security'],
  args: z.object({ keys: keysArg, place: placeArg }),
  make: ({ keys, place }) =>
    z.overwrite<string>((text) => {
      const ring = ringOf(keys)
      return isEncryptedEqual(ring, text, place) ? text : encryptEqual(ring, text, place)
    }),
  // Its results depend on the keys, so that its examples stand in its test.
  examples: [],
})

/** Reads what `encrypt` wrote, with whichever key of the ring encrypted it. */
export const decrypt = transformer('decrypt', {
  summary: 'Reads a text that `encrypt` wrote, with the key of HEDDLE_KEYS that encrypted it.',
  tags: ['aes', 'siv', 'cipher', 'security'],
  args: z.object({ keys: keysArg, place: placeArg }),
  make: ({ keys, place }) => z.overwrite<string>((text) => decryptEqual(ringOf(keys), text, place)),
  examples: [],
})
