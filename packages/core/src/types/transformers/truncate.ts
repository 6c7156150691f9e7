import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Cuts a text to a number of characters (Unicode code points), the sign for what is missing included. */
export const truncate = transformer('truncate', {
  summary: 'Cuts a text that is too long, and says so by a sign at its end.',
  tags: ['shorten', 'cut', 'ellipsis'],
  args: z
    .object({
      length: z.int().min(1).describe('the most characters'),
      end: z.string().default('…').describe('what stands for what is missing'),
    })
    .refine(({ length, end }) => [...end].length <= length, 'expected an "end" that fits into the length'),
  make: ({ length, end }) => z.overwrite<string>((text) => cut(text, length, end)),
  examples: [
    {
      args: { length: 4 },
      turns: [
        ['abcdef', 'abc…'],
        ['🧵🧵🧵🧵🧵', '🧵🧵🧵…'],
      ],
      takes: ['', 'abcd', '🧵🧵🧵🧵'],
    },
    { args: { length: 2, end: '' }, turns: [['abc', 'ab']] },
  ],
})

function cut(text: string, length: number, end: string): string {
  if (text.length <= length) return text
  const characters = [...text]
  if (characters.length <= length) return text
  return characters.slice(0, length - [...end].length).join('') + end
}
