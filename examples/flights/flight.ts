import { entity, repository } from 'heddle'
import { z } from 'zod'
import { airportCode } from './airport.ts'

/** Files begin in 1987, when US carriers had to report their flights for the first time. */
const firstFlightAt = new Date('1987-10-01T00:00Z')
/** Later times are taken for typing errors. */
const lastFlightAt = new Date('2100-01-01T00:00Z')

/** When a flight left, by the clock on the wall of its airport: files name no zone, so it is kept as if it were UTC. */
export const flightDate = z
  .date()
  .min(firstFlightAt, 'Expected a time after September 1987')
  .max(lastFlightAt, 'Expected a time before 2100')
/** Minutes behind schedule; less than 0 is early. */
export const delayMinutes = z.int().min(-120).max(2880)
/** Statute miles between the two airports. */
export const distanceMiles = z.int().min(1).max(12_000)

/** A flight, as it is kept and as it looks in answers. */
export const flightType = z.object({
  /** Nothing else identifies a flight, because two can share date and route. */
  id: z.string().min(1).max(300).describe('File and row, e.g. flights-20k.json:17'),
  date: flightDate,
  /** The day of `date`, to group by. */
  day: z.iso.date(),
  delay: delayMinutes,
  distance: distanceMiles,
  origin: airportCode,
  destination: airportCode,
})

/** One flight of one file. */
export const Flight = entity('flights.Flight', {
  summary: 'One flight of one file',
  key: 'id',
  fields: flightType.shape,
  indexes: [{ fields: ['origin', 'date'] }, { fields: ['destination', 'date'] }],
})

export const Flights = repository(Flight)

/** The key of the flight in a row of a file; rows count from 1. With '' for the row, what all of the file begin with. */
export const flightId = (file: string, row: number | '') => `${file}:${row}`

/** The row of a flight in its file. */
export const flightRow = (id: string) => Number(id.slice(id.lastIndexOf(':') + 1))
