import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A name for a URL: small letters, digits and single dashes. */
export const Slug = namedType('Slug', {
  summary: 'A name for a URL: small letters, digits and single dashes.',
  tags: ['url', 'permalink'],
  type: z
    .string()
    .max(100)
    .regex(
      /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
      'Invalid slug: expected small letters and digits with single dashes between, like my-page-2',
    ),
  takes: ['a', 'my-page-2'],
  refuses: ['', 'My-Page', 'a--b', '-a', 'a_b'],
})
