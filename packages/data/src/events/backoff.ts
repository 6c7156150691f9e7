import type { Retry } from '@heddle/core'

/** How long the first and the longest pauses are (limits `handler.firstPause`, `handler.longestPause`). */
const firstMs = 1000
const longestMs = 60_000

/** How long to wait before the next attempt: each pause is twice the one before. */
export function pauseMs(retry: Retry, attempt: number): number {
  const base = typeof retry === 'object' ? Math.max(1, retry.afterMs) : firstMs
  return Math.max(typeof retry === 'object' ? retry.afterMs : 0, Math.min(longestMs, base * 2 ** (attempt - 1)))
}
