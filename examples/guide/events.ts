import { app, command, entity, event, eventStore, handler, port, projection, provide, repository, sqlite } from 'heddle'
import { z } from 'zod'

/** A fact. Those about one order have its id as their key, so they are handled in order. */
export const OrderPlaced = event('store.OrderPlaced', {
  summary: 'A customer ordered something',
  data: z.object({ order: z.uuid(), email: z.email(), cents: z.int() }),
  key: ({ order }) => order,
})

const Order = entity('store.Order', {
  key: 'id',
  fields: { id: z.uuid(), email: z.email(), cents: z.int() },
})
const Orders = repository(Order)

export const placeOrder = command('store.PlaceOrder', {
  summary: 'Order something',
  input: z.object({ email: z.email(), cents: z.int().positive() }),
  output: z.object({ order: z.uuid() }),
  access: 'public',
  uses: [Orders],
  emits: [OrderPlaced],
  run({ input, ctx, emit }) {
    const { id } = ctx.use(Orders).insert(input)
    // Written in the same transaction as the order: both are there, or neither.
    emit(OrderPlaced, { order: id, ...input })
    return { order: id }
  },
})

export const Mailer = port<{ send(to: string, text: string): Promise<void> }>('store.Mailer')

/** Runs for each order, once the order is committed. */
export const mailReceipt = handler('store.MailReceipt', {
  summary: 'Thank the customer',
  on: [OrderPlaced],
  uses: [Mailer],
  async run({ input: { data }, ctx }) {
    await ctx.use(Mailer).send(data.email, `Thank you for ${data.cents} cents`)
  },
})

const Deposited = event('store.Deposited', { data: z.object({ cents: z.int() }) })
const Spent = event('store.Spent', { data: z.object({ cents: z.int() }) })

/** Gift cards are kept as what happened to them, and folded to what is left. */
export const GiftCards = eventStore('store.GiftCards', {
  events: [Deposited, Spent],
  state: z.object({ cents: z.int() }),
  initial: { cents: 0 },
  fold: ({ cents }, { name, data }) => ({
    cents: name === 'store.Deposited' ? cents + data.cents : cents - data.cents,
  }),
})

export const loadCard = command('store.LoadCard', {
  summary: 'Put money on a gift card',
  input: z.object({ card: z.string(), cents: z.int().positive() }),
  output: z.object({ events: z.int() }),
  access: 'public',
  uses: [GiftCards],
  run: async ({ input: { card, cents }, ctx }) => ({
    events: await ctx.use(GiftCards).append(card, [[Deposited, { cents }]]),
  }),
})

export const spendCard = command('store.SpendCard', {
  summary: 'Pay with a gift card',
  input: z.object({ card: z.string(), cents: z.int().positive() }),
  output: z.object({ left: z.int() }),
  errors: { TooLittle: z.object({ left: z.int() }) },
  access: 'public',
  uses: [GiftCards],
  async run({ input: { card, cents }, ctx, fail }) {
    const cards = ctx.use(GiftCards)
    const { state, length } = await cards.load(card)
    if (state.cents < cents) return fail.TooLittle({ left: state.cents })
    await cards.append(card, [[Spent, { cents }]], { expected: length })
    return { left: state.cents - cents }
  },
})

const Turnover = entity('store.Turnover', { key: 'kind', fields: { kind: z.string(), cents: z.int() } })
export const Turnovers = repository(Turnover)

/** A view over all cards, folded once from each event. */
export const showTurnover = projection('store.ShowTurnover', {
  on: [Deposited, Spent],
  into: [Turnover],
  uses: [Turnovers],
  async run({ input: { name, data }, ctx }) {
    const turnovers = ctx.use(Turnovers)
    const known = await turnovers.get(name)
    if (known) turnovers.update(known, { cents: known.cents + data.cents })
    else turnovers.insert({ kind: name, cents: data.cents })
  },
})

export const listTurnover = command('store.ListTurnover', {
  kind: 'query',
  summary: 'What came in and went out',
  input: z.object({}),
  output: z.record(z.string(), z.int()),
  access: 'public',
  uses: [Turnovers],
  run: async ({ ctx }) =>
    Object.fromEntries((await ctx.use(Turnovers).find()).records.map(({ kind, cents }) => [kind, cents])),
})

const silent = { send: async () => undefined }
export default app('store', {
  parts: [placeOrder, mailReceipt, loadCard, spendCard, showTurnover, listTurnover, provide(Mailer, silent)],
  database: sqlite(),
})
