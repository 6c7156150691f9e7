import type isIsbn from 'validator/lib/isISBN.js'
import { z } from 'zod'
import { validator } from '@heddle/core/types'
import { library } from '../library.ts'

const isBook = library<typeof isIsbn>('validator/lib/isISBN.js')

/** The number of a book, ISBN-10 or ISBN-13, with or without dashes. */
export const isbn = validator('isbn', {
  summary: 'The number of a book, ISBN-10 or ISBN-13, with a right check digit.',
  tags: ['book'],
  make: () =>
    z.refine<string>(
      (text) => isBook().default(text),
      'Invalid ISBN: expected ten or thirteen digits with a right check digit',
    ),
  examples: [
    { takes: ['9783161484100', '978-3-16-148410-0', '0-306-40615-2'], refuses: ['9783161484101', '12345', ''] },
  ],
})
