import { app, command, http, sqlite } from 'heddle'
import { nothing, workflow } from 'heddle/workflow'
import { z } from 'zod'

const reserve = command('trips.ReserveSeats', {
  summary: 'Reserve seats on a flight',
  input: z.object({ flight: z.string(), seats: z.int() }),
  output: z.object({ seats: z.array(z.string()) }),
  run: ({ input: { seats } }) => ({ seats: Array.from({ length: seats }, (_, index) => `${index + 1}A`) }),
})

const release = command('trips.ReleaseSeats', {
  summary: 'Give reserved seats back',
  input: z.object({ flight: z.string() }),
  output: nothing,
  run: () => ({}),
})

export const bookTrip = workflow('trips.BookTrip', {
  summary: 'Reserve a trip, and book it when it is paid',
  input: z.object({ flight: z.string(), seats: z.int().positive() }),
  output: z.object({ seats: z.array(z.string()), email: z.string(), by: z.string().optional() }),
  errors: { Refused: z.object({ because: z.string() }) },
  access: 'trips:book',
  steps: [reserve, release],
  signals: { paid: z.object({ cents: z.int() }) },
  queries: { progress: z.object({ stage: z.string() }) },
  updates: { contact: { input: z.object({ email: z.string() }), output: z.object({ email: z.string() }) } },
  approvals: {
    group: {
      summary: 'Let a group of more than nine fly',
      form: z.object({ allowed: z.boolean(), because: z.string().default('') }),
      by: 'trips:approve',
    },
  },

  async run({ input: { flight, seats: count }, step, compensate, approval, update, signal, expose, fail }) {
    let stage = 'reserving'
    expose('progress', () => ({ stage }))
    const { seats } = await step('reserve', reserve, { flight, seats: count })
    compensate('reserve', release, { flight })

    let by: string | undefined
    if (count > 9) {
      stage = 'waiting for a yes'
      const given = await approval('group', { timeout: '2d' })
      if (!given?.answer.allowed) return fail.Refused({ because: given?.answer.because ?? 'nobody answered' })
      by = given.by
    }

    stage = 'waiting for whom to write to'
    const { email } = await update('contact', (contact) =>
      contact.email.includes('@') ? contact : fail.Refused({ because: 'this is no address' }),
    )

    stage = 'waiting to be paid'
    await signal('paid')
    return { seats, email, by }
  },
})

const people = new Map([
  ['Bearer ann', { id: 'ann', permissions: ['trips:book'] }],
  ['Bearer boss', { id: 'boss', permissions: ['trips:book', 'trips:approve'] }],
])

export default app('trips', {
  parts: [bookTrip, http({ authenticate: (request) => people.get(request.header('authorization') ?? '') })],
  database: sqlite(),
})
