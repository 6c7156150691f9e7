import { z } from 'zod'
import { readJsonText } from '../../schema/json-text.ts'
import { caster } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** A list of a type; one value is a list of one, a set its elements, and JSON text is read. */
export const list = caster('list', {
  summary: 'A list of a type; one value is a list of one, and JSON text is read.',
  tags: ['array'],
  args: z.object({
    of: typeData.default('any').describe('the type of the elements'),
    min: z.int().min(0).optional().describe('the fewest elements'),
    max: z.int().min(0).optional().describe('the most elements'),
  }),
  make({ of, min = 0, max = Infinity }) {
    const type = z.array(parseType(of)).min(min)
    return z.preprocess(read, max === Infinity ? type : type.max(max))
  },
  examples: [
    {
      takes: [[], ['a', 1]],
      turns: [
        ['a', ['a']],
        [new Set([1, 2]), [1, 2]],
        ['["a"]', ['a']],
      ],
      refuses: [null, undefined],
    },
    {
      args: { of: 'integer', max: 2 },
      turns: [
        [
          ['1', 2],
          [1, 2],
        ],
      ],
      refuses: [['a'], [1, 2, 3]],
    },
  ],
})

function read(value: unknown): unknown {
  if (value instanceof Set) return [...value]
  if (value === undefined || value === null || Array.isArray(value)) return value
  const json = typeof value === 'string' && value.trimStart().startsWith('[') ? readJsonText(value) : undefined
  return Array.isArray(json) ? json : [value]
}
