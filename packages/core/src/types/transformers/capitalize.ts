import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Writes the first letter of a text as a capital and leaves the others. */
export const capitalize = transformer('capitalize', {
  summary: 'Writes the first letter as a capital and leaves the others.',
  tags: ['case', 'first letter'],
  make: () => z.overwrite<string>((text) => text.replace(/^\p{L}/u, (letter) => letter.toUpperCase())),
  examples: [
    {
      turns: [
        ['hello World', 'Hello World'],
        ['élan', 'Élan'],
      ],
      takes: ['', '1a'],
    },
  ],
})
