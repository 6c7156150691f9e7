import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@heddle/core'
import { type Check, fail, ok, warn } from './finding.ts'

/** When this was written. */
const earliestMs = Date.UTC(2026, 0, 1)
const toleranceMs = 60_000

/** Whether the clock can be right: it is not before this program was written, nor before the data. */
export const checkClock: Check = ({ folder, clock }) => {
  const newest = Math.max(0, ...['app.db', 'app.db-wal'].map((name) => writtenAt(join(folder, name))))
  return clockFinding(clock, newest)
}

/** @param newestMs when the data was written last; 0 where there is none */
export function clockFinding(clock: Clock, newestMs: number) {
  const now = clock.now()
  const detail = new Date(now).toISOString()
  const advice = 'Set the clock, by NTP if you can: deadlines, leases and ids rest on it.'
  if (now < earliestMs) return fail('clock', detail, advice)
  if (newestMs > now + toleranceMs) {
    return warn('clock', `${detail}, but the data was written at ${new Date(newestMs).toISOString()}`, advice)
  }
  return ok('clock', detail)
}

const writtenAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
