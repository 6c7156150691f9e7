import { z } from 'zod'
import { entity } from '../entity/entity.ts'

/** The newest holder of a lease. It stays after its end, so that the token goes on growing. */
export const LeaseRecord = entity('heddle.Lease', {
  key: 'name',
  fields: {
    name: z.string(),
    /** Missing once it was given back. */
    holder: z.string().optional(),
    token: z.int(),
    since: z.date(),
    until: z.date(),
  },
  indexes: [{ fields: ['until'], acrossTenants: true }],
})
