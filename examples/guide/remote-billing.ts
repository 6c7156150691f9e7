import { app, command, file, fileFrom, http, stream } from 'heddle'
import { z } from 'zod'

const Statement = z.object({ day: z.date(), cents: z.bigint() })

export const charge = command('billing.Charge', {
  summary: 'Charge a card',
  input: z.object({ card: z.string().min(4), cents: z.int().positive(), due: z.date().optional() }),
  output: z.object({ receipt: z.string(), at: z.date() }),
  errors: { CardRefused: z.object({ card: z.string(), until: z.date() }) },
  access: 'billing:charge',
  run({ input: { card, cents, due }, fail, ctx }) {
    if (card === '0000') return fail.CardRefused({ card, until: new Date('2027-01-01T00:00:00Z') })
    return { receipt: `${card}-${cents}`, at: due ?? new Date(ctx.clock.now()) }
  },
})

export const listStatements = command('billing.ListStatements', {
  kind: 'query',
  summary: 'Tell what was charged, day by day',
  input: z.object({ from: z.date(), days: z.int().max(31) }),
  output: stream(Statement, z.object({ days: z.int() })),
  access: 'billing:read',
  async *run({ input: { from, days } }) {
    for (let day = 0; day < days; day++) yield { day: new Date(from.getTime() + day * 86_400_000), cents: 100n }
    return { days }
  },
})

export const addScan = command('billing.AddScan', {
  summary: 'Keep a scan of a receipt',
  input: z.object({ receipt: z.string(), tags: z.set(z.string()), scan: file({ types: ['image/*', 'text/plain'] }) }),
  output: z.object({ bytes: z.int(), tags: z.set(z.string()) }),
  access: 'billing:charge',
  async run({ input: { scan, tags } }) {
    let bytes = 0
    for await (const chunk of scan.stream()) bytes += chunk.byteLength
    return { bytes, tags }
  },
})

export const printInvoice = command('billing.PrintInvoice', {
  kind: 'query',
  summary: 'Give an invoice as a file',
  input: z.object({ receipt: z.string() }),
  output: file(),
  access: 'billing:read',
  run: ({ input: { receipt } }) =>
    fileFrom(Buffer.from(`Invoice for ${receipt}\n`), { name: `${receipt}.txt`, type: 'text/plain' }),
})

const shops = new Map([['Bearer shop-secret', { id: 'shop', permissions: ['billing:*'] }]])

export const surface = http({
  port: 0,
  authenticate: (request) => shops.get(request.header('authorization') ?? ''),
})

export default app('billing', { parts: [charge, listStatements, addScan, printInvoice, surface] })
