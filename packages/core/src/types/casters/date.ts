import { z } from 'zod'
import { caster } from '../declare.ts'

/** A day of the calendar as `YYYY-MM-DD`. A `Date` is taken at midnight UTC, where no time of day is lost. */
export const date = caster('date', {
  summary: 'A day of the calendar as text, YYYY-MM-DD; a Date at midnight UTC too.',
  tags: ['day', 'calendar'],
  make: () => z.preprocess(write, z.iso.date()),
  examples: [
    {
      takes: ['2026-11-21', '2024-02-29'],
      turns: [
        [new Date('2026-11-21T00:00:00Z'), '2026-11-21'],
        ['2026-11-21T00:00:00Z', '2026-11-21'],
      ],
      refuses: ['2026-02-29', '21.11.2026', '2026-11-21T08:00:00Z', new Date('2026-11-21T08:00:00Z'), 20261121],
    },
  ],
})

const midnight = /^(\d{4}-\d{2}-\d{2})T00:00(?::00(?:\.0+)?)?Z$/

function write(value: unknown): unknown {
  const text = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value
  return (typeof text === 'string' && midnight.exec(text)?.[1]) || value
}
