import { z } from 'zod'
import { typeOfKey } from '../../validate/job-typing.ts'
import { shape, shapeExpressions } from '../shape.ts'
import { wholeSpan } from '../span.ts'
import { by, byExpressions, groupNames, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

/** Tells of keys that were silent. */
export const timer = streamKind({
  name: 'timer',
  summary: 'Gives a record when a key was silent for so long',
  config: z.strictObject({
    by: by.optional(),
    after: wholeSpan.describe('How long, in event time'),
    give: shape.optional().describe('What is made of the last record as `it`; without it, that record'),
  }),
  examples: [{ by: 'it.sensor', after: '10m', give: { sensor: 'key', last: 'it.at' } }],
  expressions: ({ by: given, give }) => [
    ...byExpressions(given, ['by']),
    ...(give === undefined ? [] : shapeExpressions(give, ['give'])),
  ],
  job: { value: 'made', takesAll: ({ give }) => give === undefined, sides: () => ['late'] },
  detail: ({ by: given, after }) =>
    [after, given !== undefined && `by ${groupNames(given).join(', ')}`].filter(Boolean).join(' '),
  type({ by: given, give }, typing) {
    const key = typeBy(given, ['by'], typing)
    typing.rekey(key)
    return give === undefined ? typing.it : typing.shape(give, ['give'], { key: typeOfKey(key) })
  },
})
