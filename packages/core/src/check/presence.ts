import type { Verdict } from './verdict.ts'

/** The verdict for a part that is gone. */
export const removed = (item: string, reason: string): Verdict => ({
  level: 'breaking',
  item,
  change: 'removed',
  reason,
})

/** The verdict for a part that is new. */
export const added = (item: string): Verdict => ({
  level: 'safe',
  item,
  change: 'added',
  reason: 'Nobody can depend on it yet.',
})
