import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Begins each word of a text with a capital and goes on in small letters. */
export const titleCase = transformer('titleCase', {
  summary: 'Begins each word with a capital and goes on in small letters.',
  tags: ['case', 'words', 'heading'],
  make: () => z.overwrite<string>((text) => text.replaceAll(/\p{L}[\p{L}\p{M}\p{N}'’]*/gu, titled)),
  examples: [
    {
      turns: [
        ['the OLD man’s sea', 'The Old Man’s Sea'],
        ['jean-luc', 'Jean-Luc'],
      ],
      takes: ['A 1'],
    },
  ],
})

function titled(word: string): string {
  const [first = '', ...others] = word
  return first.toUpperCase() + others.join('').toLowerCase()
}
