import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A geographic latitude in degrees, −90 to 90. */
export const Latitude = namedType('Latitude', {
  summary: 'A geographic latitude in degrees, −90 to 90.',
  tags: ['geo', 'coordinate', 'gps'],
  type: z.number().min(-90).max(90),
  takes: [-90, 0, 52.52],
  refuses: [90.1, -91, '52'],
})
