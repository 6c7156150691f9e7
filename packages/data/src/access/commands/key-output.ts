import { exposed, sensitive } from '@heddle/core'
import { z } from 'zod'

/** What is told of a key that was just made: the only time that the key itself is shown. */
export const newKeyType = z.object({
  id: z.string(),
  key: exposed(sensitive(z.string())).describe('Shown now and never again'),
  principal: z.string(),
  endsAt: z.date().optional(),
})

/** What is told of a key later. */
export const keyType = z.object({
  id: z.string(),
  principal: z.string(),
  name: z.string(),
  permissions: z.array(z.string()).optional().describe('What it may do at most'),
  createdAt: z.date(),
  endsAt: z.date().optional(),
  state: z.enum(['valid', 'ended', 'revoked']),
  usedAt: z.date().optional().describe('To the hour'),
})
