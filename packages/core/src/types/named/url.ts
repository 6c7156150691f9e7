import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A URL of the web, http or https. */
export const Url = namedType('Url', {
  summary: 'A URL of the web, http or https.',
  tags: ['link', 'http', 'web'],
  type: z.url({ protocol: /^https?$/ }).max(2048),
  takes: ['https://example.com/a?b=c', 'http://localhost:3000'],
  refuses: ['example.com', 'ftp://example.com', 'javascript:alert(1)'],
})
