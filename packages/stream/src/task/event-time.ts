import { type Failure, systemFailure } from '@heddle/core'

/**
 * A value as event time in milliseconds: a number of them, a Date, or a time as RFC 3339 writes it. NaN for anything else.
 */
export function eventTimeOf(value: unknown): number {
  if (typeof value === 'number') return Math.floor(value)
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' ? Date.parse(value) : NaN
}

/** What a record is refused with that is said to happen long after now. */
export const aheadOfTime = (job: string, id: string, time: number, aheadMs: number): Failure =>
  systemFailure('AheadOfTime', { job, id, time: timeText(time), ahead: aheadMs / 1000 })

/** The last moment that a Date can tell (ECMA-262, 21.4.1.1). */
const lastTime = 8.64e15

const timeText = (time: number): string => (time > lastTime ? `${time} ms` : new Date(time).toISOString())
