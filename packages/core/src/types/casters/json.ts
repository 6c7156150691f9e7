import { z } from 'zod'
import { readJsonText } from '../../schema/json-text.ts'
import { caster } from '../declare.ts'
import { parseType } from '../parse-type.ts'
import { typeData } from '../type-data.ts'

/** JSON text, read as a value of a type. */
export const json = caster('json', {
  summary: 'JSON text, read as a value of a type.',
  args: z.object({ of: typeData.default('any').describe('the type of what the text holds') }),
  make: ({ of }) => z.string().transform(parse).pipe(parseType(of)),
  examples: [
    {
      turns: [
        ['{"a":[1,null]}', { a: [1, null] }],
        ['"x"', 'x'],
      ],
      refuses: ['', '{a:1}', '{"a":1,}', 7],
    },
    { args: { of: 'integer' }, turns: [['7', 7]], refuses: ['"x"'] },
  ],
})

function parse(text: string, context: z.core.$RefinementCtx): unknown {
  const value = readJsonText(text)
  if (value !== undefined) return value
  context.addIssue('Invalid JSON: expected JSON text without repeated fields')
  return z.NEVER
}
