import type sanitizer from 'sanitize-html'
import { z } from 'zod'
import { transformer } from '@heddle/core/types'
import { library } from '../library.ts'

const sanitize = library<typeof sanitizer>('sanitize-html')

/** Leaves only harmless HTML: no scripts, styles, frames, forms or handlers, and only links to the web and to mail. */
export const sanitizeHtml = transformer('sanitizeHtml', {
  summary: 'Leaves only harmless HTML; scripts, styles, frames, forms and handlers are taken out.',
  tags: ['xss', 'clean', 'markup', 'security'],
  args: z.object({
    tags: z
      .array(z.string().regex(/^[a-z][a-z0-9]*$/, 'expected names of elements in small letters'))
      .optional()
      .describe('the elements that stay; without it, those of text, links, lists and tables'),
  }),
  make: ({ tags }) =>
    z.overwrite<string>((html) =>
      sanitize()(html, { ...(tags && { allowedTags: tags }), allowedSchemes: ['http', 'https', 'mailto'] }),
    ),
  examples: [
    {
      takes: ['<p>a <b>bold</b> word</p>', '<a href="https://example.com">x</a>'],
      turns: [
        ['<p onclick="x()">a<script>alert(1)</script></p>', '<p>a</p>'],
        ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
        ['<img src=x onerror=alert(1)>', ''],
      ],
    },
    { args: { tags: [] }, turns: [['<p>a <b>b</b></p>', 'a b']] },
  ],
})
