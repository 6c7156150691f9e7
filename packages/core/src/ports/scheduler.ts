import type { Clock } from './clock.ts'
import type { Cancel, Timers } from './timers.ts'

/** Runs something at a time. */
export interface Scheduler {
  /** @param atMs UTC, milliseconds since 1970; a past time runs at once */
  schedule(atMs: number, run: () => void): Cancel
}

/** Schedules in this process alone; what is scheduled dies with it. */
export function memoryScheduler(clock: Clock, timers: Timers): Scheduler {
  return { schedule: (atMs, run) => timers.after(Math.max(0, atMs - clock.now()), run) }
}
