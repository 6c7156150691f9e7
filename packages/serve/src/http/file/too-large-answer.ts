import { type AnyFailure, systemFailure } from '@heddle/core'
import type { InlineLimit } from './inline-files.ts'

/** The failure `TooLarge` of an answer: it is its files that are too large, and not what was sent. */
export const tooLargeAnswer = ({ name, limit }: InlineLimit): AnyFailure =>
  systemFailure(
    'TooLarge',
    { limit, name },
    { message: `The answer has files of more than ${limit} bytes (limit "${name}").` },
  )
