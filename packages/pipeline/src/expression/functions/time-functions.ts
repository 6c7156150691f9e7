import { orNull } from '../types/union-of.ts'
import type { ValueType } from '../types/value-type.ts'
import { defineFunction } from './define.ts'
import { atZone, isZone } from './time-zones.ts'

const dayMs = 86_400_000

/** The parts of a time that can be asked for, by CEL's names and with its counting: months and days of the year from 0. */
const parts: readonly (readonly [name: string, summary: string, part: (time: Date) => number, example: number])[] = [
  ['getFullYear', 'The year', (time) => time.getUTCFullYear(), 2026],
  ['getMonth', 'The month, from 0', (time) => time.getUTCMonth(), 10],
  ['getDate', 'The day of the month, from 1', (time) => time.getUTCDate(), 21],
  ['getDayOfMonth', 'The day of the month, from 0', (time) => time.getUTCDate() - 1, 20],
  ['getDayOfWeek', 'The day of the week, from 0 for Sunday', (time) => time.getUTCDay(), 6],
  ['getDayOfYear', 'The day of the year, from 0', dayOfYear, 324],
  ['getHours', 'The hour', (time) => time.getUTCHours(), 12],
  ['getMinutes', 'The minute', (time) => time.getUTCMinutes(), 34],
  ['getSeconds', 'The second', (time) => time.getUTCSeconds(), 56],
  ['getMilliseconds', 'The millisecond', (time) => time.getUTCMilliseconds(), 789],
]

function dayOfYear(time: Date): number {
  const newYear = new Date(time)
  newYear.setUTCMonth(0, 1)
  return Math.round((time.getTime() - newYear.getTime()) / dayMs)
}

/** A zone that is written down has been looked at already. */
const isKnownZone = (zone: ValueType | undefined): boolean =>
  zone === undefined || (zone.kind === 'string' && zone.values?.every(isZone) === true)

/** Functions of times, in UTC or in a zone. */
export const timeFunctions = parts.map(([name, summary, part, value]) =>
  defineFunction(name, {
    summary: `${summary}; in UTC, or in a zone such as "Europe/Berlin" or "+02:00".`,
    takes: ['time', 'string'],
    optional: 1,
    isMethod: true,
    gives: ([, zone]) => orNull({ kind: 'int' }, !isKnownZone(zone)),
    refuses: ([, zone]) => {
      if (typeof zone !== 'string' || isZone(zone)) return undefined
      return `${JSON.stringify(zone)} is no time zone: one is written like "Europe/Berlin" or "+02:00"`
    },
    run(time, zone) {
      const shown = zone === undefined ? time : atZone(time, zone)
      return shown === null || Number.isNaN(shown.getTime()) ? null : part(shown)
    },
    example: [`timestamp("2026-11-21T12:34:56.789Z").${name}()`, value],
  }),
)
