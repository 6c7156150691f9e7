import { z } from 'zod'
import { validator } from '../declare.ts'

const isPattern = ({ matches, flags }: { matches: string; flags: string }) => {
  try {
    return Boolean(new RegExp(matches, flags))
  } catch {
    return false
  }
}

/** A text that a regular expression matches. Write `^` and `$` where the whole text is meant. */
export const pattern = validator('pattern', {
  summary: 'A text that a regular expression (ECMAScript) matches.',
  tags: ['regex', 'format'],
  args: z
    .object({
      matches: z.string().max(1000).describe('the regular expression'),
      flags: z
        .string()
        .regex(/^[imsu]*$/, 'expected flags out of i, m, s and u')
        .default('u')
        .describe('its flags'),
      expected: z.string().optional().describe('what to say was expected'),
    })
    .refine(isPattern, { error: 'expected a regular expression of ECMAScript', path: ['matches'] }),
  make: ({ matches, flags, expected }) =>
    z.regex(new RegExp(matches, flags), expected === undefined ? undefined : `Invalid text: expected ${expected}`),
  examples: [
    { args: { matches: '^[a-z]+$', expected: 'small letters' }, takes: ['abc'], refuses: ['', 'ABC', 'a1', 7] },
    { args: { matches: '^[a-z]+$', flags: 'i' }, takes: ['ABC'], refuses: ['1'] },
  ],
})
