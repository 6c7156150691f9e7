import { z } from 'zod'
import { isPlain } from '../../schema/fits.ts'
import { readJsonText } from '../../schema/json-text.ts'
import { caster } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** Fields of any name with values of one type, also out of a map, of pairs and of JSON text. */
export const record = caster('record', {
  summary: 'Fields of any name with values of one type, also out of a map, of pairs and of JSON text.',
  tags: ['object', 'map', 'dictionary'],
  args: z.object({ of: typeData.default('any').describe('the type of the values') }),
  make: ({ of }) => z.preprocess(read, z.record(z.string(), parseType(of))),
  examples: [
    {
      takes: [{}, { a: 1 }],
      turns: [
        [new Map([['a', 1]]), { a: 1 }],
        [[['a', 1]], { a: 1 }],
        ['{"a":1}', { a: 1 }],
      ],
      refuses: [
        'a',
        1,
        null,
        [
          ['a', 1],
          ['a', 2],
        ],
      ],
    },
    { args: { of: 'integer' }, turns: [[{ a: '1' }, { a: 1 }]], refuses: [{ a: 'x' }] },
  ],
})

function read(value: unknown): unknown {
  const given = typeof value === 'string' && value.trimStart().startsWith('{') ? readJsonText(value) : value
  if (isPlain(given)) return given
  const pairs = given instanceof Map ? [...given] : given
  if (!Array.isArray(pairs) || !pairs.every(isField)) return value
  // Of two fields with one name, one would be lost.
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : value
}

const isField = (pair: unknown): pair is readonly [string, unknown] =>
  Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string'
