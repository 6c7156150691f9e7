import type { Retry } from '@heddle/core'

const firstMs = 100
const longestMs = 60_000

/** How long to wait before a step is tried again: what its failure says, or twice as long as before. */
export function pauseMs(retry: Retry, attempts: number): number {
  if (typeof retry === 'object') return Math.min(retry.afterMs * 2 ** Math.min(attempts - 1, 6), longestMs)
  return Math.min(firstMs * 2 ** Math.min(attempts - 1, 12), longestMs)
}
