import { Defect, parseDuration } from '@heddle/core'
import { Cron } from 'croner'
import type { Duration } from '../define/types.ts'
import { momentOf, offsetAt, wallAt } from './zone.ts'

/** When something is to happen: by a cron pattern, at one time, or every so often. */
export interface TimesOptions {
  /** Minute, hour, day of the month, month, day of the week; six fields begin with the second. */
  readonly cron?: string
  /** The IANA name of the time zone whose clocks the pattern is about. @default 'UTC' */
  readonly timeZone?: string
  /** Once, at this time; with `every`, from this time on. */
  readonly at?: Date
  /** Again and again: at `at` and every so often from then on, or at the multiples of it since 1970. */
  readonly every?: Duration
}

/** The times at which something is planned. All are UTC, in milliseconds since 1970. */
export interface Times {
  /** The first behind a time; undefined when there is none any more. */
  after(time: number): number | undefined
  /** The last few up to a time and behind another, the earliest first. */
  last(count: number, upTo: number, after: number): number[]
}

/** The most that `last` gives (limit `schedule.catchUp`). */
export const catchUpLimit = 1000

/** @throws {Defect} InvalidDefinition */
export function timesOf(who: string, { cron, timeZone = 'UTC', at, every }: TimesOptions): Times {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: who, reason })
  if (cron !== undefined) {
    if (at !== undefined || every !== undefined) throw refuse('it has a cron pattern, and at or every besides')
    return cronTimes(cron, timeZone, refuse)
  }
  if (at !== undefined && !isTime(at)) {
    throw refuse(`at is a Date, e.g. new Date('2026-11-21T12:00:00Z'), not ${shownTime(at)}`)
  }
  if (every === undefined) {
    if (at === undefined) throw refuse('it needs cron, at or every')
    const once = at.getTime()
    return {
      after: (time) => (once > time ? once : undefined),
      last: (_count, upTo, after) => (once > after && once <= upTo ? [once] : []),
    }
  }
  const ms = typeof every === 'number' ? every : durationOf(every, refuse)
  if (!(Number.isSafeInteger(ms) && ms >= 1000)) throw refuse(`every is at least 1s, not ${JSON.stringify(every)}`)
  return everyTimes(ms, at?.getTime())
}

/** Whether it is a moment. The declaration may be that of a caller without types. */
export const isTime = (at: unknown): at is Date => at instanceof Date && !Number.isNaN(at.getTime())

const shownTime = (at: unknown) => (at instanceof Date ? 'an invalid one' : JSON.stringify(at))

function durationOf(text: string, refuse: (reason: string) => Defect): number {
  try {
    return parseDuration(text)
  } catch {
    throw refuse(`every is written 15m, 2h, 1d, not ${JSON.stringify(text)}`)
  }
}

function everyTimes(ms: number, from = 0): Times {
  const next = (time: number) => (time < from ? from : from + (Math.floor((time - from) / ms) + 1) * ms)
  return {
    after: next,
    last(count, upTo, after) {
      const first = next(after)
      if (first > upTo) return []
      const all = Math.floor((upTo - first) / ms) + 1
      const skipped = Math.max(0, all - count)
      return Array.from({ length: all - skipped }, (_, index) => first + (skipped + index) * ms)
    },
  }
}

/**
 * The times of a cron pattern on the clocks of a time zone. A pattern for every hour goes by the time that passes: it has
 * nothing to catch up in spring and nothing to repeat in autumn. One that names its hours goes by the clock on the wall,
 * once for each time that it names: what the clocks skip happens at the moment at which they are put forward (several such
 * times once), and of a time that they show twice the first counts.
 */
function cronTimes(pattern: string, zone: string, refuse: (reason: string) => Defect): Times {
  let walls: Cron
  try {
    offsetAt(zone, 0)
  } catch {
    throw refuse(`there is no time zone "${zone}"`)
  }
  try {
    walls = new Cron(pattern, { paused: true, timezone: 'UTC' })
  } catch (thrown) {
    throw refuse(
      `the cron pattern "${pattern}" cannot be read: ${(thrown as Error).message.replace('CronPattern: ', '')}`,
    )
  }
  const fields = pattern.trim().split(/\s+/)
  const isHourly = fields.length >= 5 && fields[fields.length === 5 ? 1 : 2] === '*'
  // Counted from a fixed day, so that what is accepted once is accepted always.
  if (!walls.nextRun(new Date(0))) throw refuse(`the cron pattern "${pattern}" names a day that never comes`)
  const elapsed = new Cron(pattern, { paused: true, timezone: zone })

  function after(time: number): number | undefined {
    if (isHourly) return elapsed.nextRun(new Date(time))?.getTime()
    let wall = wallAt(zone, time)
    for (;;) {
      const next = walls.nextRun(new Date(wall))?.getTime()
      if (next === undefined) return undefined
      const moment = momentOf(zone, next)
      if (moment > time) return moment
      wall = next
    }
  }

  return {
    after,
    last(count, upTo, from) {
      const found = new Set<number>()
      const add = (moment: number) => moment <= upTo && moment > from && found.add(moment)
      // Some more of the others: of those that the clocks skip several may be one.
      if (isHourly) for (const date of elapsed.previousRuns(count, new Date(upTo + 1))) add(date.getTime())
      else {
        const ahead = Math.max(offsetAt(zone, upTo), offsetAt(zone, upTo - 86_400_000))
        for (const date of walls.previousRuns(count + 200, new Date(upTo + ahead + 1))) {
          add(momentOf(zone, date.getTime()))
        }
      }
      return [...found].sort((one, other) => one - other).slice(-count)
    },
  }
}
