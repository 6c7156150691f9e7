import type * as Slugify from '@sindresorhus/slugify'
import { z } from 'zod'
import { transformer } from '@heddle/core/types'
import { library } from '../library.ts'

const slugifier = library<typeof Slugify>('@sindresorhus/slugify')

/** Makes a name for a URL of a text: small letters and digits of ASCII, and dashes. */
export const slugify = transformer('slugify', {
  summary: 'Makes a name for a URL: small letters and digits of ASCII, and dashes.',
  tags: ['url', 'permalink', 'transliterate'],
  args: z.object({ separator: z.enum(['-', '_', '']).default('-').describe('what stands between words') }),
  make: ({ separator }) => z.overwrite<string>((text) => slugifier().default(text, { separator })),
  examples: [
    {
      turns: [
        ['Crème brûlée & Co.', 'creme-brulee-and-co'],
        ['  Straße 7 ', 'strasse-7'],
      ],
      takes: ['a-b'],
    },
    { args: { separator: '_' }, turns: [['Foo Bar', 'foo_bar']] },
  ],
})
