import { z } from 'zod'
import { caster } from '../declare.ts'

/** Text; numbers, big integers and booleans are written out, a date as RFC 3339. */
export const string = caster('string', {
  summary: 'Text; a number, a boolean or a date is written out.',
  tags: ['text'],
  make: () => z.preprocess(write, z.string()),
  examples: [
    {
      takes: ['', 'abc'],
      turns: [
        [7, '7'],
        [true, 'true'],
        [new Date(0), '1970-01-01T00:00:00.000Z'],
      ],
      refuses: [null, [], {}, NaN],
    },
  ],
})

function write(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : value
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value
}
