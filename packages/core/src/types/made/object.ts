import { z } from 'zod'
import { typeMaker } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** An object with named fields. What may be missing is `optional`. */
export const object = typeMaker('object', {
  summary: 'An object with named fields, each with a type.',
  tags: ['struct', 'fields'],
  args: z.object({
    fields: z.record(z.string(), typeData).describe('the type of each field'),
    others: z.enum(['drop', 'refuse', 'keep']).default('drop').describe('what happens to fields that are not named'),
  }),
  make({ fields, others }) {
    const shape = Object.fromEntries(Object.entries(fields).map(([name, data]) => [name, parseType(data)]))
    return (others === 'drop' ? z.object : others === 'keep' ? z.looseObject : z.strictObject)(shape)
  },
  examples: [
    {
      args: { fields: { name: 'string', age: { type: 'optional', of: 'integer' } } },
      takes: [{ name: 'Ann', age: 41 }, { name: 'Bo' }],
      turns: [
        [
          { name: 'Cy', age: '7', b: 1 },
          { name: 'Cy', age: 7 },
        ],
      ],
      refuses: [{}, { name: 'Ann', age: 'old' }, 'Ann', null],
    },
    { args: { fields: { a: 'integer' }, others: 'refuse' }, takes: [{ a: 1 }], refuses: [{ a: 1, b: 2 }] },
    { args: { fields: { a: 'integer' }, others: 'keep' }, takes: [{ a: 1, b: 2 }] },
  ],
})
