import { environmentKeys, type Keys } from '@heddle/core'
import { z } from 'zod'

const isRing = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && 'current' in value && 'get' in value

/** The key ring, from code. Where a type is written as data, the keys come from the environment. */
export const keysArg = z
  .custom<Keys>(isRing, 'expected a key ring')
  .optional()
  .describe('the keys; without, those of HEDDLE_KEYS')

/** For what a text is encrypted. */
export const placeArg = z.string().default('').describe('for what it is encrypted; decrypting asks for the same')

let fromEnvironment: Keys | undefined

/** The given keys, or those of the environment, read once. */
export const ringOf = (keys?: Keys): Keys => keys ?? (fromEnvironment ??= environmentKeys(process.env))
