import type { Clock } from './clock.ts'
import type { Maybe } from './maybe.ts'

/** How a key stands in its window. */
export interface RateCount {
  readonly count: number
  readonly resetsAtMs: number
}

/** Counts events per key in fixed windows. */
export interface RateCounter {
  /** Adds one and says how many there were in the window that holds now. */
  add(key: string, windowMs: number): Maybe<RateCount>
}

/** Counts in this process alone. */
export function memoryRateCounter(clock: Clock, limit = 100_000): RateCounter {
  const windows = new Map<string, { count: number; resetsAtMs: number }>()
  return {
    add(key, windowMs) {
      const now = clock.now()
      let window = windows.get(key)
      if (!window || window.resetsAtMs <= now) {
        windows.delete(key)
        window = { count: 0, resetsAtMs: now - (now % windowMs) + windowMs }
        windows.set(key, window)
        if (windows.size > limit) windows.delete(windows.keys().next().value!)
      }
      window.count++
      return { count: window.count, resetsAtMs: window.resetsAtMs }
    },
  }
}
