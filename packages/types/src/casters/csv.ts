import type * as CsvParse from 'csv-parse/sync'
import { z } from 'zod'
import { caster, parseType, typeData } from '@heddle/core/types'
import { library } from '../library.ts'

const csvParse = library<typeof CsvParse>('csv-parse/sync')

/** CSV (RFC 4180), read as a list of records whose fields are named by the first line. */
export const csv = caster('csv', {
  summary: 'CSV, read as a list of records whose fields are named by the first line.',
  tags: ['table', 'rows', 'spreadsheet', 'rfc 4180'],
  args: z.object({
    of: typeData.default('any').describe('the type of a record'),
    separator: z.string().length(1).default(',').describe('the sign between fields'),
    limit: z.int().min(1).default(10_000).describe('the most records'),
  }),
  make: ({ of, separator, limit }) =>
    z
      .string()
      .transform((text, context) => {
        try {
          return csvParse().parse(text, {
            columns: uniqueNames,
            bom: true,
            delimiter: separator,
            to: limit + 1,
          }) as unknown[]
        } catch (cause) {
          context.addIssue(
            `Invalid CSV: expected a line of names and records as long as it; ${String((cause as Error).message)}`,
          )
          return z.NEVER
        }
      })
      .pipe(z.array(parseType(of)).max(limit)),
  examples: [
    {
      turns: [
        ['a,b\n1,"x, y"\n', [{ a: '1', b: 'x, y' }]],
        ['a\n', []],
      ],
      refuses: ['a,b\n1', 'a\n"open', 'a,a\n1,2', 7],
    },
    {
      args: { of: { type: 'object', fields: { n: 'integer' } }, separator: ';', limit: 2 },
      turns: [['n;m\n1;x\n2;y', [{ n: 1 }, { n: 2 }]]],
      refuses: ['n\n1\n2\n3', 'n\none'],
    },
  ],
})

/** Of two fields with one name, one would be lost. */
function uniqueNames(names: readonly string[]): string[] {
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw new Error(`the name "${repeated}" stands twice`)
  return [...names]
}
