import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Writes a text in small letters. */
export const lower = transformer('lower', {
  summary: 'Writes a text in small letters.',
  tags: ['lowercase', 'downcase'],
  make: () => z.toLowerCase(),
  examples: [{ turns: [['ÄB', 'äb']], takes: ['a1'] }],
})
