import type { Port } from '@heddle/core'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import type { Change } from '../migration/change.ts'
import { repository } from '../repository/repository.ts'

/** An event that waits for others, or for quiet, before a pipeline runs. Its key is the pipeline, the group and the event's id. */
export const GatheredRecord = entity('heddle.Gathered', {
  key: 'id',
  fields: {
    id: z.string(),
    pipeline: z.string(),
    /** Events of one group are handled together. */
    group: z.string(),
    data: z.unknown(),
    at: z.date(),
  },
  indexes: [{ fields: ['pipeline', 'group', 'id'] }],
})

/** What a pipeline has handled already, where events say the same twice. */
export const SeenRecord = entity('heddle.Seen', {
  key: 'id',
  fields: { id: z.string(), until: z.date() },
  indexes: [{ fields: ['until'], acrossTenants: true }],
})

/** The migration that brings the tables of gathered events. */
export const gatheredMigration: readonly Change[] = [GatheredRecord, SeenRecord].map(({ table }) => ({
  change: 'addTable',
  table,
}))

const ofSystem = <Service>(port: Port<Service>): Port<Service> => ({ ...port, part: undefined })

/** The events that wait, of the call's tenant. */
export const GatheredEvents = ofSystem(repository(GatheredRecord))
/** What was handled already, of the call's tenant. */
export const SeenEvents = ofSystem(repository(SeenRecord))
