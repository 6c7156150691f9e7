import { parseDuration } from '@heddle/core'
import type { Duration } from './types.ts'

/** A length of time in milliseconds. */
export const durationMs = (time: Duration): number => (typeof time === 'string' ? parseDuration(time) : time)
