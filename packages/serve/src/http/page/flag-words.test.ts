import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { callOptions } from '../../cli/options.ts'
import { parseArguments } from '../../cli/parse-arguments.ts'
import { controlsOf } from './control.ts'
import { flagWords } from './flag-words.ts'

const input = z.toJSONSchema(
  z.object({ yes: z.boolean(), no: z.boolean(), minDelay: z.int(), text: z.string(), days: z.array(z.int()) }),
) as JsonSchema

test('the command line reads what the page writes, for every kind of control', () => {
  const texts: Record<string, string[]> = {
    yes: ['true'],
    no: ['false'],
    'min-delay': ['-5'],
    text: ['--a=b c'],
    days: ['1', '-2'],
  }
  const words = controlsOf(input).flatMap(({ flag, reading }) => flagWords(flag.name, reading, texts[flag.name]!))
  const { assignments } = parseArguments(words, input, callOptions)
  expect(assignments.map(({ path, text }) => `${path.join('.')} ${text}`)).toEqual([
    'yes true',
    'no false',
    'minDelay -5',
    'text --a=b c',
    'days 1',
    'days -2',
  ])
})
