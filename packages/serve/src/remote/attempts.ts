import { type AnyFailure, parseDuration, type Random } from '@heddle/core'
import type { RemoteContext } from './target.ts'

const firstMs = parseDuration('100ms')
const mostMs = parseDuration('5s')

/**
 * How long to wait before a call is made again; undefined where that would be of no use, because the failures say so, or
 * come too late. The wait grows and is spread (full jitter), so that many callers do not come back at once.
 *
 * @param attempt how many were made, at least 1
 */
export function waitBefore(
  errors: readonly AnyFailure[],
  attempt: number,
  { clock, random, deadline }: Pick<RemoteContext, 'clock' | 'random' | 'deadline'>,
): number | undefined {
  const leastMs = asked(errors)
  if (leastMs === undefined || leastMs > mostMs) return undefined
  const waitMs = Math.max(leastMs, spread(attempt, random))
  return deadline !== undefined && clock.now() + waitMs >= deadline ? undefined : waitMs
}

const spread = (attempt: number, random: Random) => random.next() * Math.min(mostMs, firstMs * 2 ** (attempt - 1))

/** How long the failures ask to wait; undefined when one of them says that trying again is useless. */
function asked(errors: readonly AnyFailure[]): number | undefined {
  let leastMs = 0
  for (const { retry, cause } of errors) {
    if (retry === 'never') return undefined
    // What broke on the way has a cause, and was not told by anybody who wants time.
    if (retry !== 'later' && cause === undefined) leastMs = Math.max(leastMs, retry.afterMs)
  }
  return leastMs
}
