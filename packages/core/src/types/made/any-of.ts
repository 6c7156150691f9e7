import { z } from 'zod'
import { typeMaker } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** The first of some types that takes a value. */
export const anyOf = typeMaker('anyOf', {
  summary: 'The first of some types that takes the value.',
  tags: ['union', 'or'],
  args: z.object({ types: z.array(typeData).min(1).describe('the types, in order') }),
  make({ types }) {
    const names = types.map((data) => (typeof data === 'string' ? data : JSON.stringify(data)))
    const error = `Invalid value: expected one of ${names.join(', ')}`
    return z.union(
      types.map((data) => parseType(data)),
      error,
    )
  },
  examples: [{ args: { types: ['PositiveInt', 'Email'] }, takes: [1, 'ann@example.com'], refuses: [0, 'ann', null] }],
})
