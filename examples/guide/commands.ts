import { app, around, command, contract, domain, error, port, provide, stream, timeout } from '@heddle/core'
import { z } from 'zod'

/** A service outside of the app. The app says which one it is; a command that wants it lists it in `uses`. */
export const Mailer = port<{ send(to: string, text: string): Promise<void> }>('mail.Mailer')

export const notifyGuest = command('hotel.NotifyGuest', {
  summary: 'Tell a guest something',
  input: z.object({ email: z.email(), text: z.string().max(500) }),
  output: z.object({ sent: z.boolean() }),
  policies: [timeout('2s')],
  uses: [Mailer],
  async run({ input, ctx }) {
    await ctx.use(Mailer).send(input.email, input.text)
    return { sent: true }
  },
})

export const bookRoom = command('hotel.BookRoom', {
  summary: 'Book a room',
  input: z.object({ email: z.email(), nights: z.int().min(1).max(30) }),
  output: z.object({ total: z.int(), told: z.boolean() }),
  errors: {
    FullyBooked: error(z.object({ until: z.iso.date() }), {
      message: 'There is no room before {until}.',
      help: 'Ask for a later date.',
      retry: 'later',
    }),
  },
  access: 'hotel:book',
  calls: [notifyGuest],
  async run({ input, fail, call }) {
    if (input.nights > 20) return fail.FullyBooked({ until: '2027-01-31' }, { path: ['nights'] })
    // `call` would end this command with the failure of the other one; `call.try` gives its outcome.
    const told = await call.try(notifyGuest, { email: input.email, text: `${input.nights} nights` })
    return { total: input.nights * 9_000, told: told.ok }
  },
})

/** A streamed output: items, and a value at the end. */
export const listNights = command('hotel.ListNights', {
  kind: 'query',
  input: z.object({ nights: z.int().min(1) }),
  output: stream(z.object({ night: z.int(), cents: z.int() }), z.object({ total: z.int() })),
  access: 'public',
  async *run({ input, ctx }) {
    for (let night = 1; night <= input.nights; night++) {
      ctx.progress({ done: night, total: input.nights })
      yield { night, cents: 9_000 }
    }
    return { total: input.nights * 9_000 }
  },
})

/** A contract is a command without its body, which may be written elsewhere, loaded late, or call back in a circle. */
export const Price = contract('hotel.PriceRoom', { input: z.object({ nights: z.int() }), output: z.int() })
export const priceRoom = Price.implement({ run: ({ input }) => input.nights * 9_000 })

/** Who ran and how it ended, for every command of the domain. */
export const seen: string[] = []
export const hotel = domain('hotel', {
  hooks: [
    around('executing', async ({ command: { name } }, next) => {
      await next()
      seen.push(name)
    }),
  ],
})

const silent = { send: async () => undefined }
export default app('hotel', { parts: [hotel, notifyGuest, bookRoom, listNights, priceRoom, provide(Mailer, silent)] })
