import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Writes a text in capitals. */
export const upper = transformer('upper', {
  summary: 'Writes a text in capitals.',
  tags: ['uppercase', 'upcase'],
  make: () => z.toUpperCase(),
  examples: [
    {
      turns: [
        ['äb', 'ÄB'],
        ['ß', 'SS'],
      ],
      takes: ['A1'],
    },
  ],
})
