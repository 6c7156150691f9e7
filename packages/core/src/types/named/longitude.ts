import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A geographic longitude in degrees, −180 to 180. */
export const Longitude = namedType('Longitude', {
  summary: 'A geographic longitude in degrees, −180 to 180.',
  tags: ['geo', 'coordinate', 'gps'],
  type: z.number().min(-180).max(180),
  takes: [-180, 0, 13.4],
  refuses: [180.1, '13'],
})
