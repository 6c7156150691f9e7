import { entity, repository } from 'heddle'
import { z } from 'zod'

/** An airport's code as the FAA writes it: three letters for the large ones, digits among them for airfields. */
export const airportCode = z
  .string()
  .regex(/^[A-Z0-9]{3,4}$/, 'Expected the code of an airport, e.g. LAX')
  .describe('Airport code, e.g. LAX')

/** An airport, as it is kept and as it looks in answers. */
export const airportType = z.object({
  iata: airportCode,
  name: z.string().min(1).max(100),
  city: z.string().min(1).max(100).optional(),
  state: z.string().length(2).optional(),
  country: z.string().min(1).max(100),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
})

/** An airport of the United States or a territory. */
export const Airport = entity('flights.Airport', {
  summary: 'An airport of the United States or a territory',
  key: 'iata',
  fields: airportType.shape,
})

export const Airports = repository(Airport)
