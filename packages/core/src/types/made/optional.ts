import { z } from 'zod'
import { typeMaker } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** A type whose value may be left out. */
export const optional = typeMaker('optional', {
  summary: 'A type whose value may be left out.',
  args: z.object({ of: typeData.describe('the type') }),
  make: ({ of }) => z.optional(parseType(of)),
  examples: [{ args: { of: 'Email' }, takes: [undefined, 'ann@example.com'], refuses: [null, 'ann'] }],
})
