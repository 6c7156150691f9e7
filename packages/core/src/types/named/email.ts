import { z } from 'zod'
import { namedType } from '../declare.ts'

/** An e-mail address. */
export const Email = namedType('Email', {
  summary: 'An e-mail address.',
  tags: ['mail', 'address'],
  type: z.email().max(254),
  takes: ['ann@example.com', 'a.b+c@sub.example.org'],
  refuses: ['ann', 'ann@localhost', 'a@b@example.com', 7],
})
