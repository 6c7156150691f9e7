import type * as Ibantools from 'ibantools'
import { z } from 'zod'
import { validator } from '@heddle/core/types'
import { library } from '../library.ts'

const ibantools = library<typeof Ibantools>('ibantools')

/** The code of a bank (ISO 9362, SWIFT). */
export const bic = validator('bic', {
  summary: 'The code of a bank (ISO 9362, SWIFT).',
  tags: ['bank', 'swift'],
  make: () =>
    z.refine<string>(
      (text) => text === text.toUpperCase() && ibantools().isValidBIC(text),
      'Invalid BIC: expected eight or eleven capitals and digits with a country, like DEUTDEFF',
    ),
  examples: [{ takes: ['DEUTDEFF', 'NEDSZAJJXXX'], refuses: ['DEUT', 'deutdeff', 'DEUTXXFF', ''] }],
})
