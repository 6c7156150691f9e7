import { app, command, entity, event, http, repository, sqlite } from 'heddle'
import { z } from 'zod'

const Lot = entity('auction.Lot', {
  key: 'id',
  fields: { id: z.string(), title: z.string(), bid: z.int().default(0), bidder: z.string().optional() },
})
const Lots = repository(Lot)

/** Is pushed to the one who was outbid, and to nobody else. */
export const Outbid = event('auction.Outbid', {
  summary: 'Somebody bid more',
  data: z.object({ lot: z.string(), bidder: z.string(), bid: z.int() }),
  key: ({ lot }) => lot,
  access: ({ principal }, { bidder }) => principal?.id === bidder,
})

export const offerLot = command('auction.OfferLot', {
  summary: 'Offer something',
  input: z.object({ id: z.string(), title: z.string() }),
  output: z.null(),
  access: 'auction:offer',
  uses: [Lots],
  run({ input, ctx }) {
    ctx.use(Lots).insert(input)
    return null
  },
})

export const placeBid = command('auction.PlaceBid', {
  summary: 'Bid for a lot',
  input: z.object({ id: z.string(), bid: z.int().positive() }),
  output: z.object({ bid: z.int() }),
  errors: { TooLow: z.object({ bid: z.int() }) },
  access: 'auction:bid',
  uses: [Lots],
  emits: [Outbid],
  async run({ input: { id, bid }, ctx, emit, fail }) {
    const lots = ctx.use(Lots)
    const lot = await lots.getOrThrow(id)
    if (bid <= lot.bid) return fail.TooLow({ bid: lot.bid })
    if (lot.bidder !== undefined) emit(Outbid, { lot: id, bidder: lot.bidder, bid })
    lots.update(lot, { bid, bidder: ctx.principal!.id })
    return { bid }
  },
})

/** Like every query, it can be subscribed to. */
export const showLot = command('auction.ShowLot', {
  kind: 'query',
  summary: 'Show what is bid for a lot',
  input: z.object({ id: z.string() }),
  output: z.object({ title: z.string(), bid: z.int() }),
  access: 'public',
  uses: [Lots],
  async run({ input: { id }, ctx }) {
    const { title, bid } = await ctx.use(Lots).getOrThrow(id)
    return { title, bid }
  },
})

const people = new Map([
  ['Bearer ada', { id: 'ada', permissions: ['auction:*'] }],
  ['Bearer bob', { id: 'bob', permissions: ['auction:bid'] }],
])

export default app('auction', {
  database: sqlite(),
  parts: [
    offerLot,
    placeBid,
    showLot,
    http({ port: 0, authenticate: (request) => people.get(request.header('authorization') ?? '') }),
  ],
})
