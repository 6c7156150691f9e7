import { z } from 'zod'
import { validator } from '../declare.ts'

/** A text that is a URL of the web, http or https. */
export const url = validator('url', {
  summary: 'A text that is a URL of the web, http or https.',
  tags: ['link', 'address', 'http'],
  make: () => z.url({ protocol: /^https?$/ }) as z.core.$ZodCheck<string>,
  examples: [
    {
      takes: ['https://example.com/a?b=c#d', 'http://localhost:3000'],
      refuses: ['example.com', 'ftp://example.com', 'https://', 'javascript:alert(1)'],
    },
  ],
})
