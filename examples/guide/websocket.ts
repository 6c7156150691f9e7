import { app, command, entity, file, http, repository, sqlite, stream } from 'heddle'
import { webSocket } from 'heddle/live'
import { z } from 'zod'

const Seat = entity('hall.Seat', { key: 'id', fields: { id: z.string(), taken: z.boolean() } })
const Seats = repository(Seat)

export const takeSeat = command('hall.TakeSeat', {
  summary: 'Take a seat',
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  errors: { Taken: z.object({ id: z.string() }) },
  access: 'hall:take',
  uses: [Seats],
  async run({ input: { id }, fail, ctx }) {
    const seats = ctx.use(Seats)
    if (await seats.get(id)) return fail.Taken({ id })
    seats.insert({ id, taken: true })
    return { id }
  },
})

export const countTaken = command('hall.CountTaken', {
  kind: 'query',
  summary: 'How many seats are taken',
  input: z.object({}),
  output: z.object({ taken: z.int() }),
  access: 'public',
  uses: [Seats],
  async run({ ctx }) {
    const { records } = await ctx.use(Seats).find({})
    return { taken: records.length }
  },
})

export const readAloud = command('hall.ReadAloud', {
  kind: 'query',
  summary: 'Tell one word of a file after the other',
  input: z.object({ script: file({ types: ['text/plain'] }) }),
  output: stream(z.string(), z.object({ words: z.int() })),
  access: 'public',
  async *run({ input: { script } }) {
    const words = (await script.text()).split(' ')
    for (const word of words) yield word
    return { words: words.length }
  },
})

const ushers = new Map([['Bearer this-way', { id: 'uli', permissions: ['hall:*'] }]])

export default app('hall', {
  database: sqlite(),
  parts: [
    takeSeat,
    countTaken,
    readAloud,
    http({
      port: 0,
      authenticate: (request) => ushers.get(request.header('authorization') ?? ''),
      mounts: [webSocket()],
    }),
  ],
})
