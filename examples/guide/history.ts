import { app, command, pii } from '@heddle/core'
import { entity, history, repository, sqlite } from '@heddle/data'
import { z } from 'zod'

const Guest = entity('hotel.Guest', {
  key: 'room',
  // Encrypted in its own table too, so that nobody can filter by it.
  fields: { room: z.int(), name: pii(z.string(), { encrypt: true }) },
})
export const Guests = repository(Guest)

export const checkIn = command('hotel.CheckIn', {
  input: z.object({ room: z.int(), name: pii(z.string()) }),
  output: z.object({ room: z.int() }),
  access: 'hotel:desk',
  uses: [Guests],
  run({ input, ctx }) {
    ctx.use(Guests).insert(input)
    return { room: input.room }
  },
})

export default app('hotel', {
  parts: [checkIn, history({ keptFor: '90d', commands: ['hotel.*'] })],
  database: sqlite(),
})
