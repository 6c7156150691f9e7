import { defineFunction } from './define.ts'

const dayMs = 86_400_000

/** The parts of a time that can be asked for, by CEL's names and with its counting: months and days of the year from 0. */
const parts: readonly (readonly [name: string, summary: string, part: (time: Date) => number, example: number])[] = [
  ['getFullYear', 'The year.', (time) => time.getUTCFullYear(), 2026],
  ['getMonth', 'The month, from 0.', (time) => time.getUTCMonth(), 10],
  ['getDate', 'The day of the month, from 1.', (time) => time.getUTCDate(), 21],
  ['getDayOfMonth', 'The day of the month, from 0.', (time) => time.getUTCDate() - 1, 20],
  ['getDayOfWeek', 'The day of the week, from 0 for Sunday.', (time) => time.getUTCDay(), 6],
  ['getDayOfYear', 'The day of the year, from 0.', dayOfYear, 324],
  ['getHours', 'The hour.', (time) => time.getUTCHours(), 12],
  ['getMinutes', 'The minute.', (time) => time.getUTCMinutes(), 34],
  ['getSeconds', 'The second.', (time) => time.getUTCSeconds(), 56],
  ['getMilliseconds', 'The millisecond.', (time) => time.getUTCMilliseconds(), 789],
]

function dayOfYear(time: Date): number {
  return Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / dayMs)
}

/** Functions of times, all in UTC. */
export const timeFunctions = parts.map(([name, summary, part, value]) =>
  defineFunction(name, {
    summary,
    takes: ['time'],
    isMethod: true,
    gives: { kind: 'int' },
    run: (time) => (Number.isNaN(time.getTime()) ? null : part(time)),
    example: [`timestamp("2026-11-21T12:34:56.789Z").${name}()`, value],
  }),
)
