import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Takes white space off both ends of a text. */
export const strip = transformer('strip', {
  summary: 'Takes white space off both ends.',
  tags: ['trim', 'whitespace'],
  make: () => z.trim(),
  examples: [
    {
      turns: [
        ['  a b\n', 'a b'],
        ['\t', ''],
      ],
      takes: ['a'],
    },
  ],
})
