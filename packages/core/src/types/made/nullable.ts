import { z } from 'zod'
import { typeMaker } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** A type or null. */
export const nullable = typeMaker('nullable', {
  summary: 'A type, or null.',
  args: z.object({ of: typeData.describe('the type') }),
  make: ({ of }) => z.nullable(parseType(of)),
  examples: [{ args: { of: 'Email' }, takes: [null, 'ann@example.com'], refuses: [undefined, 'ann'] }],
})
