import { type DeadLetter, type Json, masked, type NewDeadLetter } from '@heddle/core'
import type { LetterRecord } from './letter-record.ts'

/** What of a letter is encrypted where it is kept: its input, and its record with key and value. */
export interface LetterSecret {
  readonly input: Json
  readonly record: Json | null
}

/** A letter of which nothing can be seen but where it comes from and what is wrong. */
export function sealedLetter(letter: NewDeadLetter): NewDeadLetter {
  const { input, record } = letter
  const { of, name } = (record ?? {}) as Partial<LetterRecord>
  const secret: LetterSecret = { input: input as Json, record: record ?? null }
  return { ...letter, input: masked, secret, ...(of && { record: { of, name: name! } }) }
}

/** A letter as it was before it was sealed. */
export function unsealedLetter(letter: DeadLetter, secret: unknown): DeadLetter {
  const { input, record } = secret as LetterSecret
  const { record: _, ...rest } = letter
  return { ...rest, input, ...(record !== null && { record }) }
}
