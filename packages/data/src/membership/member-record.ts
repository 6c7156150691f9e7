import { z } from 'zod'
import { entity } from '../entity/entity.ts'

/** A process that serves the database. */
export const MemberRecord = entity('heddle.Member', {
  key: 'id',
  fields: {
    id: z.string(),
    app: z.string(),
    host: z.string(),
    pid: z.int(),
    manifest: z.string(),
    since: z.date(),
    seen: z.date(),
  },
  indexes: [{ fields: ['seen'], acrossTenants: true }],
})
