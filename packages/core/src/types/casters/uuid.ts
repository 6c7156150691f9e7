import { z } from 'zod'
import { caster } from '../declare.ts'

/** A UUID (RFC 9562) in small letters; braces, `urn:uuid:` and capitals are taken off. */
export const uuid = caster('uuid', {
  summary: 'A UUID in small letters, also out of {…}, urn:uuid:… and capitals.',
  tags: ['id', 'guid'],
  make: () => z.preprocess(plain, z.uuid()),
  examples: [
    {
      takes: ['018f4e1a-9c1b-7def-8abc-0123456789ab'],
      turns: [
        ['{018F4E1A-9C1B-7DEF-8ABC-0123456789AB}', '018f4e1a-9c1b-7def-8abc-0123456789ab'],
        ['urn:uuid:018f4e1a-9c1b-7def-8abc-0123456789ab', '018f4e1a-9c1b-7def-8abc-0123456789ab'],
      ],
      refuses: ['018f4e1a', '018f4e1a9c1b7def8abc0123456789ab', 7],
    },
  ],
})

function plain(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1')
}
