import { z } from 'zod'

/**
 * A time as the files write it, `2001/01/14 21:55`, and a real date in code. Days that no calendar has are refused, where
 * `Date` by itself would take the 30th of February for the 2nd of March.
 */
export const wallClock = z.codec(
  z.string().regex(/^\d{4}\/\d\d\/\d\d \d\d:\d\d$/, 'Expected a time like 2001/01/14 21:55'),
  z.date(),
  {
    decode(text, context) {
      const iso = `${text.slice(0, 10).replaceAll('/', '-')}T${text.slice(11)}`
      const date = new Date(`${iso}Z`)
      if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso)) return date
      context.issues.push({
        code: 'invalid_format',
        format: 'datetime',
        input: text,
        message: 'No calendar has this time',
      })
      return z.NEVER
    },
    encode: (date) => date.toISOString().slice(0, 16).replace('T', ' ').replaceAll('-', '/'),
  },
)
