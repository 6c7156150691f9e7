import { app, command, error, http, local } from 'heddle'
import { webSocket } from 'heddle/live'
import { mcp } from 'heddle/mcp'
import { z } from 'zod'

const rooms = new Map([['blue', 2]])

export const bookRoom = command('inn.BookRoom', {
  summary: 'Book a room',
  input: z.object({ room: z.string(), guests: z.int().positive() }),
  output: z.object({ booked: z.string() }),
  errors: {
    NoSuchRoom: error(z.object({ room: z.string() }), { message: 'There is no room {room}.' }),
    TooManyGuests: error(z.object({ most: z.int() }), { message: 'It has {most} beds.' }),
  },
  access: 'inn:book',
  examples: [{ room: 'blue', guests: 2 }],
  errorExamples: {
    NoSuchRoom: { room: 'purple', guests: 2 },
    TooManyGuests: { room: 'blue', guests: 3 },
  },
  run({ input: { room, guests }, fail }) {
    const most = rooms.get(room)
    if (most === undefined) return fail.NoSuchRoom({ room })
    return guests > most ? fail.TooManyGuests({ most }) : { booked: room }
  },
})

const guests = new Map([['Bearer key-of-ann', { id: 'ann', permissions: ['inn:book'] }]])

export default app('inn', {
  parts: [
    bookRoom,
    local(),
    http({
      port: 0,
      authenticate: (request) => guests.get(request.header('authorization') ?? ''),
      mounts: [webSocket(), mcp()],
    }),
  ],
})
