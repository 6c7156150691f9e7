import { z } from 'zod'
import { wholeSpan } from '../span.ts'
import { by, byExpressions, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

/** Lets so many records through in a time. */
export const throttle = streamKind({
  name: 'throttle',
  summary: 'Lets so many records through in a time, by event time; the others go to the side over',
  config: z.strictObject({
    limit: z.int().min(1),
    per: wholeSpan,
    by: by.optional().describe('Of what; without it, of each key, or of the whole stream'),
  }),
  examples: [{ limit: 100, per: '1s', by: 'it.user' }],
  expressions: ({ by: given }) => byExpressions(given, ['by']),
  job: { value: 'same', sides: () => ['over', 'late'] },
  detail: ({ limit, per }) => `${limit} per ${per}`,
  type({ by: given }, typing) {
    typeBy(given, ['by'], typing)
    return typing.it
  },
})
