import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Makes one space of each run of white space in a text. */
export const collapseSpaces = transformer('collapseSpaces', {
  summary: 'Makes one space of each run of white space.',
  tags: ['squeeze', 'whitespace'],
  make: () => z.overwrite<string>((text) => text.replaceAll(/\s+/g, ' ')),
  examples: [{ turns: [['a \n\t b', 'a b']], takes: ['a b'] }],
})
