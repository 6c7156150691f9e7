import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Writes characters that can be written in several ways in one of them (Unicode normalization). */
export const normalize = transformer('normalize', {
  summary: 'Writes a text in one Unicode normal form.',
  tags: ['unicode', 'nfc'],
  args: z.object({ form: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']).default('NFC').describe('the normal form') }),
  make: ({ form }) => z.normalize(form),
  examples: [
    { turns: [['e\u0301', '\u00E9']], takes: ['a'] },
    { args: { form: 'NFKC' }, turns: [['ﬁ', 'fi']] },
  ],
})
