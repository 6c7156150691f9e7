import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import type { Change } from '../migration/change.ts'

/** A stream job: how far it is, and what is wanted of it. */
export const JobRecord = entity('heddle.Job', {
  key: 'name',
  fields: {
    /** The full name of the pipeline that it is. */
    name: z.string(),
    /** `running`, `ended`, `failed`: what it is to do. Whether it is paused stands in the row of its pipeline. */
    state: z.string(),
    /** The hash of the plan that made the newest checkpoint. */
    plan: z.string(),
    /** The newest epoch; 0 before the first checkpoint. */
    epoch: z.int(),
    /** JSON: positions, watermarks, what sinks have left to do, the hash of the state file. */
    checkpoint: z.string().optional(),
    /** JSON: why it failed, what its state consists of, which generation of its state file counts. */
    facts: z.string(),
    at: z.date(),
  },
})

/** A checkpoint of a job that can be restored. Its key is the job's name, `/` and the number of a place that the next ones take in turn. */
export const JobCheckpointRecord = entity('heddle.JobCheckpoint', {
  key: 'id',
  fields: {
    id: z.string(),
    plan: z.string(),
    /** JSON, as in the job's own row. */
    checkpoint: z.string(),
    at: z.date(),
  },
})

/** The migration that brings the tables of stream jobs. */
export const jobMigration: readonly Change[] = [JobRecord, JobCheckpointRecord].map(({ table }) => ({
  change: 'addTable',
  table,
}))
