import { z } from 'zod'
import { readDate } from '../../schema/cast-text.ts'
import { caster } from '../declare.ts'

/** A moment as a `Date`, out of RFC 3339 text or milliseconds since 1970 (UTC). */
export const dateTime = caster('dateTime', {
  summary: 'A moment, out of RFC 3339 text with its offset or milliseconds since 1970.',
  tags: ['timestamp', 'moment', 'datetime'],
  make: () => z.preprocess(read, z.date()),
  examples: [
    {
      takes: [new Date(0)],
      turns: [
        ['2026-11-21T07:15:00Z', new Date('2026-11-21T07:15:00Z')],
        ['2026-11-21T09:15:00+02:00', new Date('2026-11-21T07:15:00Z')],
        [86_400_000, new Date('1970-01-02T00:00:00Z')],
      ],
      refuses: ['2026-11-21', '2026-02-30T00:00:00Z', '2026-11-21T07:15:00', 0.5, new Date(NaN), null],
    },
  ],
})

function read(value: unknown): unknown {
  if (typeof value === 'string') return readDate(value.trim()) ?? value
  return typeof value === 'number' && Number.isSafeInteger(value) ? new Date(value) : value
}
