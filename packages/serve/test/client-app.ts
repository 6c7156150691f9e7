import { type App, app, type AppDefinition, command, error, file, fileFrom, type Principal, stream } from '@heddle/core'
import { z } from 'zod'
import type { HttpRequest } from '../src/index.ts'

/** Commands for the tests of generated clients: one for each kind of type, of end and of transport. */

interface Tree {
  readonly at: Date
  readonly children: readonly Tree[]
}
const Tree: z.ZodType<Tree> = z.object({ at: z.date(), children: z.array(z.lazy(() => Tree)) })

const Kinds = z.object({
  at: z.date(),
  days: z.array(z.date()),
  big: z.bigint(),
  until: z.union([z.literal('never'), z.date()]),
  place: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hotel'), since: z.date() }),
    z.object({ kind: z.literal('tent'), size: z.bigint(), since: z.string() }),
  ]),
  pair: z.tuple([z.string(), z.date()]),
  byName: z.record(z.string(), z.date()),
  tree: Tree,
  maybe: z.date().nullable(),
  text: z.iso.datetime(),
})

export const echo = command('shop.Echo', {
  summary: 'Gives back what it takes',
  kind: 'query',
  access: 'public',
  input: Kinds,
  output: Kinds,
  run: ({ input }) => input,
})

/** What is left of each item: a test sets it. */
export const stock = new Map<string, number>()
/** Each order that was carried out. */
export const orders: string[] = []

export const orderItem = command('shop.OrderItem', {
  summary: 'Order an item',
  input: z.object({ item: z.string().min(1), quantity: z.int().positive().default(1) }),
  output: z.object({ left: z.int(), at: z.date() }),
  errors: {
    SoldOut: z.object({ until: z.date() }),
    Busy: error(z.object({}), { retry: { afterMs: 1 } }),
  },
  access: 'shop:order',
  examples: [{ item: 'loom', quantity: 2 }],
  run({ input: { item, quantity }, fail }) {
    if (item === 'busy' && orders.push('refused') < 3) return fail.Busy({})
    const left = (stock.get(item) ?? 0) - quantity
    if (left < 0) return fail.SoldOut({ until: new Date('2027-01-01T00:00:00Z') })
    stock.set(item, left)
    orders.push(item)
    return { left, at: new Date('2026-01-01T00:00:00Z') }
  },
})

export const tell = command('shop.Tell', {
  kind: 'query',
  summary: 'Tell days one after the other',
  input: z.object({ days: z.int() }),
  output: stream(z.object({ day: z.date() }), z.object({ told: z.bigint() })),
  errors: { TooMany: z.object({}) },
  access: 'public',
  async *run({ input: { days }, fail, ctx }) {
    for (let day = 1; day <= days; day++) {
      ctx.progress({ done: day, total: days })
      yield { day: new Date(Date.UTC(2026, 0, day)) }
      if (day === 9) return fail.TooMany({})
    }
    return { told: BigInt(days) }
  },
})

export const wait = command('shop.Wait', {
  kind: 'query',
  summary: 'Wait until nobody waits for it any more',
  input: z.object({}),
  output: z.void(),
  access: 'public',
  run: ({ ctx }) =>
    new Promise<void>((resolve) =>
      ctx.signal.aborted ? resolve() : ctx.signal.addEventListener('abort', () => resolve()),
    ),
})

export const putFile = command('shop.PutFile', {
  summary: 'Take a file',
  input: z.object({ title: z.string(), at: z.date(), tags: z.array(z.string()), photo: file({ maxBytes: 1_000_000 }) }),
  output: z.object({ text: z.string() }),
  access: 'public',
  run: async ({ input: { title, at, tags, photo } }) => ({
    text: `${title} ${at.getTime()} ${tags.join('+')} ${photo.name} ${await photo.text()}`,
  }),
})

export const getFile = command('shop.GetFile', {
  kind: 'query',
  summary: 'Give a file',
  input: z.object({ text: z.string() }),
  output: file(),
  access: 'public',
  run: ({ input: { text } }) => fileFrom(new TextEncoder().encode(text), { name: 'größe.txt', type: 'text/plain' }),
})

export const forget = command('shop.Forget', {
  summary: 'Do something that gives nothing',
  input: z.object({ item: z.string() }),
  output: z.void(),
  idempotent: true,
  access: 'public',
  run: ({ input: { item } }) => void stock.delete(item),
})

/** Ana may order; everybody else is a stranger. */
export const authenticate = (request: HttpRequest): Principal | undefined =>
  request.header('authorization') === 'Bearer ana' ? { id: 'ana', permissions: ['shop:order'] } : undefined

export const shopWith = (...parts: AppDefinition['parts']): App =>
  app('shop', { parts: [echo, orderItem, tell, wait, putFile, getFile, forget, ...parts] })
