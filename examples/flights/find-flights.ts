import { command } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'
import { delayMinutes, Flights, flightType } from './flight.ts'

/** Finds flights, a page at a time. Filter, order and cursor are the database's work. */
export const findFlights = command('flights.FindFlights', {
  kind: 'query',
  summary: 'Find flights by route, days and delay',
  input: z.object({
    origin: airportCode.optional(),
    destination: airportCode.optional(),
    from: z.iso.date().optional().describe('First day, e.g. 2001-01-14'),
    to: z.iso.date().optional().describe('Last day'),
    minDelay: delayMinutes.optional().describe('At least so many minutes late'),
    orderBy: z.enum(['date', 'delay', 'distance']).default('date'),
    descending: z.boolean().default(false),
    limit: z.int().min(1).max(1000).default(20),
    cursor: z.string().max(1000).optional().describe('`next` of the page before'),
  }),
  output: z.object({ flights: z.array(flightType), next: z.string().optional() }),
  access: 'public',
  uses: [Flights],
  examples: [{ origin: 'LAX', destination: 'SFO', minDelay: 60, orderBy: 'delay', descending: true }],

  async run({ input: { origin, destination, from, to, minDelay, orderBy, descending, limit, cursor }, ctx }) {
    const { records, next } = await ctx.use(Flights).find({
      where: { origin, destination, day: { gte: from, lte: to }, delay: { gte: minDelay } },
      orderBy: { [orderBy]: descending ? 'desc' : 'asc' },
      limit,
      after: cursor,
    })
    return { flights: [...records], next }
  },
})
