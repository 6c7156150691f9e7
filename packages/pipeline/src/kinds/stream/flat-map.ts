import { z } from 'zod'
import { itemsOf } from '../../validate/items-of.ts'
import { shape, shapeExpressions } from '../shape.ts'
import { expressionText } from '../step-list.ts'
import { streamKind } from './stream-kind.ts'

/** Makes several records of one. */
export const flatMap = streamKind({
  name: 'flatMap',
  summary: 'Makes a record of each item of a list',
  config: z.strictObject({
    list: expressionText.describe('The list; null is an empty one'),
    as: z
      .string()
      .regex(/^[a-z]\w*$/, 'Invalid name: expected e.g. item')
      .default('item')
      .describe('What `give` reads the item as'),
    give: shape.optional().describe('What is made of an item and of `it`; without it, the item'),
  }),
  short: 'list',
  examples: ['it.stops', { list: 'it.stops', as: 'stop', give: { flight: 'it.flight', code: 'stop.code' } }],
  expressions: ({ list, give }) => [
    { path: ['list'], text: list },
    ...(give === undefined ? [] : shapeExpressions(give, ['give'])),
  ],
  job: { accepts: () => 'changes', value: 'made', mayPass: true },
  type({ list, as, give }, typing) {
    const item = itemsOf(typing.expression(list, ['list']), (found) =>
      typing.fits(found, { kind: 'list', items: { kind: 'unknown' } }, ['list'], 'the list'),
    )
    if (Object.hasOwn(typing.scope, as)) {
      typing.tell({ about: 'name', path: ['as'], message: `The name "${as}" means something else already` })
    }
    return give === undefined ? item : typing.shape(give, ['give'], { [as]: item })
  },
})
