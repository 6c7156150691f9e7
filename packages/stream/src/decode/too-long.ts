import { type AnyFailure, systemFailure } from '@heddle/core'

/** The failure of a line beyond the limit. */
export const tooLong = (limit: number): AnyFailure => systemFailure('TooLarge', { limit, name: 'maxLineBytes' })
