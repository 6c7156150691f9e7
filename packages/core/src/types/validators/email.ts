import { z } from 'zod'
import { validator } from '../declare.ts'

/** A text that is an e-mail address. */
export const email = validator('email', {
  summary: 'A text that is an e-mail address.',
  tags: ['mail', 'address'],
  make: () => z.email() as z.core.$ZodCheck<string>,
  examples: [{ takes: ['ann@example.com'], refuses: ['ann', 'ann@', '@example.com', 'a b@example.com'] }],
})
