import { draft } from '@heddle/pipeline'
import { z } from 'zod'

const Flight = z.object({ flight: z.string(), origin: z.string(), delay: z.int(), at: z.date() })

/** The type of a record flows from stream to stream; `from` goes on from another one, e.g. a side of a step. */
export const lateFlights = draft('flights.LateFlights', { access: 'public' })
  .source('flights', 'file', { path: 'flights.ndjson' }, { type: Flight, time: 'it.at', disorder: '20m' })
  .branch('parts', { late: 'it.delay > 15' })
  .from('parts.late')
  .window('perAirport', { tumbling: '1d', by: 'it.origin', lateness: '1h' }, { flights: 'count()' })
  .sink('delays', 'table', { name: 'delays' })
  .from('perAirport.late')
  .sink('missed', 'file', { path: 'missed.ndjson' })
