import { app, command, deadLetter, entity, error, event, http, repository, sqlite } from 'heddle'
import { consolePage } from 'heddle/console'
import { workflow } from 'heddle/workflow'
import { z } from 'zod'

const Oven = entity('bakery.Oven', { key: 'name', fields: { name: z.string(), hot: z.boolean() } })
const Ovens = repository(Oven)

/** Told of each batch. */
export const Baked = event('bakery.Baked', {
  summary: 'Bread came out of the oven',
  data: z.object({ bread: z.string(), loaves: z.int() }),
  key: ({ bread }) => bread,
})

export const heatOven = command('bakery.HeatOven', {
  summary: 'Heat the oven, or let it cool',
  input: z.object({ hot: z.boolean() }),
  output: z.null(),
  access: 'bakery:heat',
  uses: [Ovens],
  async run({ input: { hot }, ctx }) {
    const ovens = ctx.use(Ovens)
    const oven = await ovens.get('big')
    if (oven) ovens.update(oven, { hot })
    else ovens.insert({ name: 'big', hot })
    return null
  },
})

/** What fails because the oven is cold becomes a dead letter, to be replayed when it is hot. */
export const bake = command('bakery.Bake', {
  summary: 'Bake some loaves',
  input: z.object({ bread: z.enum(['rye', 'wheat', 'spelt']), loaves: z.int().min(1).max(40).default(1) }),
  output: z.object({ loaves: z.int() }),
  errors: { OvenCold: error(z.object({}), { message: 'The oven is cold.' }) },
  access: 'bakery:bake',
  examples: [{ bread: 'rye', loaves: 2 }],
  policies: [deadLetter({ on: ['OvenCold'] })],
  uses: [Ovens],
  emits: [Baked],
  async run({ input: { bread, loaves }, ctx, emit, fail }) {
    const oven = await ctx.use(Ovens).get('big')
    if (!oven?.hot) return fail.OvenCold({})
    emit(Baked, { bread, loaves })
    return { loaves }
  },
})

/** Bakes, and delivers when somebody has tasted. */
export const fulfil = workflow('bakery.Fulfil', {
  summary: 'Bake an order, have it tasted, and send it',
  input: z.object({ bread: z.enum(['rye', 'wheat', 'spelt']), to: z.string() }),
  output: z.object({ to: z.string(), taste: z.string() }),
  access: 'bakery:sell',
  steps: [heatOven, bake],
  signals: { tasted: z.object({ taste: z.string() }) },
  async run({ input: { bread, to }, step, signal }) {
    await step('heat', heatOven, { hot: true })
    await step('bake', bake, { bread, loaves: 1 })
    const { taste } = await signal('tasted')
    return { to, taste }
  },
})

export default app('bakery', {
  database: sqlite(),
  parts: [heatOven, bake, fulfil, Oven, http({ mounts: [consolePage()] })],
})
