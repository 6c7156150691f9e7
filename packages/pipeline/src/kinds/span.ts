import { parseDuration } from '@heddle/core'
import { z } from 'zod'

/** The type of a span of time in settings. */
export const span = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, {
  error: 'Invalid duration: expected e.g. 250ms, 2s or 7d',
  // What is none is not looked at further.
  abort: true,
})

/** The type of a span of time that is longer than none. */
export const wholeSpan = span.refine((text) => parseDuration(text) > 0, {
  error: 'Invalid duration: it has to be longer than nothing, e.g. 100ms',
})
