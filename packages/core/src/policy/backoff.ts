import { z } from 'zod'
import type { Random } from '../ports/random.ts'
import { parseDuration } from '../schema/duration.ts'
import { duration } from './config-types.ts'

/** How long to wait between attempts. */
export const backoffConfig = {
  backoff: z.enum(['exponential', 'constant']).default('exponential').describe('How the wait grows'),
  initial: duration.default('100ms').describe('The wait before the second attempt'),
  factor: z.number().min(1).max(100).default(2).describe('By what an exponential wait grows'),
  max: duration.default('5s').describe('The longest wait; a failure that asks for more is given back at once'),
  jitter: z.enum(['full', 'none']).default('full').describe('full: any time up to the wait, so that callers spread'),
}

type BackoffConfig = z.output<z.ZodObject<typeof backoffConfig>>

/**
 * The wait before an attempt, in milliseconds. Full jitter is the one that drains a crowd fastest at the least load
 * (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): uniformly anything up to the wait.
 *
 * @param failedAttempts how many have failed, at least 1
 */
export function backoffOf(config: BackoffConfig): (failedAttempts: number, random: Random) => number {
  const [initialMs, maxMs] = [parseDuration(config.initial), parseDuration(config.max)]
  const factor = config.backoff === 'exponential' ? config.factor : 1
  return (failedAttempts, random) => {
    const waitMs = Math.min(maxMs, initialMs * factor ** (failedAttempts - 1))
    return config.jitter === 'full' ? random.next() * waitMs : waitMs
  }
}
