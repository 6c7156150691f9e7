import { z } from 'zod'
import { canonicalJson } from '../../manifest/canonical.ts'
import { toJson } from '../../schema/to-json.ts'
import { validator } from '../declare.ts'

/** A list in which no element stands twice, compared as JSON; or no two have the same value of a field. */
export const uniqueItems = validator('uniqueItems', {
  summary: 'A list in which nothing stands twice, or no two elements share the value of a field.',
  tags: ['distinct', 'set', 'duplicates'],
  args: z.object({ by: z.string().optional().describe('the field that tells elements apart') }),
  on: z.array(z.any()),
  make: ({ by }) =>
    z.refine<unknown[]>(
      (list) => new Set(list.map((element) => identity(element, by))).size === list.length,
      `Invalid list: expected no ${by === undefined ? 'element' : `"${by}"`} twice`,
    ),
  examples: [
    {
      takes: [[], [1, 2], [{ a: 1 }, { a: 2 }]],
      refuses: [
        [1, 1],
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      ],
    },
    {
      args: { by: 'id' },
      takes: [[{ id: 1 }, { id: 2 }]],
      refuses: [
        [
          { id: 1, a: 1 },
          { id: 1, a: 2 },
        ],
      ],
    },
  ],
})

function identity(element: unknown, by: string | undefined): string {
  const told = by === undefined ? element : (element as Record<string, unknown> | null | undefined)?.[by]
  return canonicalJson(toJson(told))
}
