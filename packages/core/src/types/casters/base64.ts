import { z } from 'zod'
import { caster } from '../declare.ts'

/** Base64 (RFC 4648), read as bytes or as UTF-8 text. */
export const base64 = caster('base64', {
  summary: 'Base64, read as bytes or as UTF-8 text.',
  tags: ['bytes', 'binary'],
  args: z.object({
    to: z.enum(['bytes', 'text']).default('bytes').describe('what is read'),
    url: z.boolean().default(false).describe('whether it is the alphabet for URLs'),
  }),
  make({ to, url }) {
    const text: z.ZodType<string, string> = url ? z.base64url() : z.base64()
    return text.transform((encoded, context) => {
      const bytes = Buffer.from(encoded, url ? 'base64url' : 'base64')
      if (to === 'bytes') return Uint8Array.from(bytes)
      const read = bytes.toString('utf8')
      if (Buffer.from(read, 'utf8').equals(bytes)) return read
      context.addIssue('Invalid text: expected the Base64 of UTF-8')
      return z.NEVER
    })
  },
  examples: [
    {
      turns: [
        ['AQID', new Uint8Array([1, 2, 3])],
        ['', new Uint8Array()],
      ],
      refuses: ['AQI', 'A*ID', 7],
    },
    { args: { to: 'text' }, turns: [['Z3LDvMOfZQ==', 'grüße']], refuses: ['/w=='] },
    { args: { url: true }, turns: [['_-8', new Uint8Array([255, 239])]], refuses: ['/+8='] },
  ],
})
