import { z } from 'zod'
import { namedType } from '../declare.ts'

/** The name of a host, as in a URL. */
export const Hostname = namedType('Hostname', {
  summary: 'The name of a host, as in a URL.',
  tags: ['domain', 'network', 'dns'],
  type: z.hostname(),
  takes: ['example.com', 'localhost', 'a-b.example.org'],
  refuses: ['-a.com', 'a b', 'https://example.com', ''],
})
