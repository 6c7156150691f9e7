import { z } from 'zod'
import { dropped } from '../run/executor.ts'
import { inOrder } from '../run/in-order.ts'
import { itemsOf } from '../validate/items-of.ts'
import { stepKind } from './kind.ts'
import { expressionText, stepList } from './step-list.ts'

/** Runs steps for each item of a list. */
export const forEach = stepKind({
  name: 'forEach',
  summary: 'Runs steps for each item of a list; gives what they gave, in the order of the list',
  config: z.strictObject({
    list: expressionText.default('it'),
    key: expressionText.optional().describe('What tells items apart: a workflow addresses their steps by it'),
    concurrency: z.int().min(1).max(1000).default(1).describe('How many items run at once'),
    steps: stepList,
  }),
  modes: ['command', 'workflow'],
  examples: [{ list: 'it.lines', key: 'it.sku', concurrency: 4, steps: [{ id: 'price', call: 'shop.PriceLine' }] }],
  nested: ({ steps }) => [{ path: ['steps'], steps }],
  expressions: ({ list, key }) => [
    { path: ['list'], text: list },
    // The key is read of the item, like the expressions of the steps inside.
    ...(key === undefined ? [] : [{ path: ['key'], text: key }]),
  ],
  type({ list, key, steps }, typing) {
    const type = typing.expression(list, ['list'])
    const item = itemsOf(type, (found) =>
      typing.fits(found, { kind: 'list', items: { kind: 'unknown' } }, ['list'], 'the list'),
    )
    const names = { it: item, index: { kind: 'int' } } as const
    if (key !== undefined) typing.expression(key, ['key'], names)
    return { kind: 'list', items: typing.steps(steps, ['steps'], item, { index: { kind: 'int' } }).value }
  },
  command({ list, concurrency, steps }, building) {
    const items = building.expression(list)
    const body = building.steps(steps)
    return {
      async run(frame) {
        const given = (items(frame) ?? []) as readonly unknown[]
        const values = await inOrder(given, concurrency, (item, index) => body(frame.inner(item, { index })))
        return values.filter((value) => value !== dropped)
      },
    }
  },
})
