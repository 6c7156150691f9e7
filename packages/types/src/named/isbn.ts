import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { isbn } from '../validators/isbn.ts'

/** The number of a book without its dashes. */
export const Isbn = namedType('Isbn', {
  summary: 'The number of a book (ISBN); dashes and spaces are taken out.',
  tags: ['book'],
  type: z
    .string()
    .max(32)
    .check(
      z.overwrite((text) => text.replaceAll(/[ -]/g, '')),
      isbn(),
    ),
  takes: ['9783161484100'],
  turns: [['978-3-16-148410-0', '9783161484100']],
  refuses: ['9783161484101', ''],
})
