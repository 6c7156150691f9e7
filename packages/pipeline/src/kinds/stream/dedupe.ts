import { z } from 'zod'
import { wholeSpan } from '../span.ts'
import { by, byExpressions, groupNames, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

/** Lets the first of several equal records through. */
export const dedupe = streamKind({
  name: 'dedupe',
  summary: 'Lets one record through of those that say the same by an expression, within a time',
  config: z.strictObject({
    by,
    memory: wholeSpan.describe('For how long one is remembered, in event time'),
  }),
  examples: [{ by: 'it.id', memory: '1h' }],
  expressions: ({ by: given }) => byExpressions(given, ['by']),
  job: { value: 'same' },
  detail: ({ by: given, memory }) => `${groupNames(given).join(', ')} for ${memory}`,
  type({ by: given }, typing) {
    typeBy(given, ['by'], typing)
    return typing.it
  },
})
