import { type App, app, command, type Part, stream } from '@heddle/core'
import { z } from 'zod'

/** Commands for the tests of surfaces: one for each way in which a call can end, and inputs of many shapes. */

export const greet = command('shop.Greet', {
  summary: 'Says hello',
  kind: 'query',
  access: 'public',
  input: z.object({ name: z.string().min(1).max(20), times: z.int().min(1).max(5).default(1) }),
  output: z.object({ text: z.string() }),
  run: ({ input: { name, times } }) => ({ text: `hello ${name} `.repeat(times).trim() }),
})

export const findItems = command('shop.FindItems', {
  summary: 'Finds items by their place and day',
  kind: 'query',
  access: 'public',
  input: z.object({
    origin: z.object({ code: z.string().length(3), near: z.boolean().optional() }),
    days: z.array(z.int().min(1).max(31)).max(7).default([]),
    since: z.date().optional(),
    order: z.enum(['price', 'name']).optional(),
  }),
  output: z.object({ code: z.string(), near: z.boolean(), days: z.array(z.int()), since: z.date().nullable() }),
  run: ({ input: { origin, days, since } }) => ({
    code: origin.code,
    near: origin.near ?? false,
    days,
    since: since ?? null,
  }),
})

export const order = command('shop.Order', {
  summary: 'Orders an item',
  description: 'Takes it from the stock.\nThere are never more than 10.',
  access: 'shop:order',
  input: z.object({ item: z.string(), quantity: z.int().positive(), gift: z.boolean().optional() }),
  output: z.object({ item: z.string(), left: z.int() }),
  errors: { OutOfStock: z.object({ missing: z.int() }) },
  examples: [{ item: 'loom', quantity: 2 }],
  run: ({ input: { item, quantity }, fail }) => {
    if (quantity > 10) return fail.OutOfStock({ missing: quantity - 10 })
    return { item, left: 10 - quantity }
  },
})

export const breakDown = command('shop.BreakDown', {
  summary: 'Has a mistake in its body',
  access: 'public',
  input: z.object({}),
  output: z.object({}),
  run: (): never => {
    throw new Error('secret: /etc/passwd')
  },
})

export const wait = command('shop.Wait', {
  summary: 'Waits until it is cancelled, or for a time',
  access: 'public',
  input: z.object({ ms: z.int().positive() }),
  output: z.object({ waited: z.int() }),
  async run({ input: { ms }, ctx }) {
    await ctx.sleep(ms)
    return { waited: ms }
  },
})

export const count = command('shop.Count', {
  summary: 'Counts, one item after another',
  access: 'public',
  input: z.object({ to: z.int().min(0), failAt: z.int().optional(), size: z.int().min(0).default(0) }),
  output: stream(z.object({ n: z.int(), filler: z.string() }), z.object({ total: z.int() })),
  errors: { Stopped: z.object({ at: z.int() }) },
  async *run({ input: { to, failAt, size }, fail, ctx }) {
    if (failAt === 0) return fail.Stopped({ at: 0 })
    for (let n = 1; n <= to; n++) {
      if (n === failAt) return fail.Stopped({ at: n })
      if (n === 2) ctx.progress({ done: n, total: to })
      yield { n, filler: 'x'.repeat(size) }
    }
    return { total: to }
  },
})

export const forget = command('shop.Forget', {
  summary: 'Removes everything',
  access: 'shop:forget',
  destructive: true,
  input: z.object({}),
  output: z.void(),
  run: () => undefined,
})

export const sum = command('shop.Sum', {
  access: 'public',
  input: z.object({ numbers: z.array(z.number()), big: z.bigint().optional() }),
  output: z.object({ total: z.bigint(), distinct: z.set(z.number()) }),
  run: ({ input: { numbers, big = 0n } }) => ({
    total: big + BigInt(Math.trunc(numbers.reduce((left, right) => left + right, 0))),
    distinct: new Set(numbers),
  }),
})

export const closed = command('shop.Closed', { input: z.object({}), output: z.object({}), run: () => ({}) })

export const shopCommands = { greet, findItems, order, breakDown, wait, count, forget, sum, closed }

/** An app of these commands and the given parts. */
export const shop = (...parts: Part[]): App => app('shop', { parts: [shopCommands, ...parts] })
