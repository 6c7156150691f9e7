import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import type { Change } from '../migration/change.ts'

/** A plan that ran once, under its content hash. It is kept for good: something may go back to it. */
export const PlanVersionRecord = entity('heddle.PlanVersion', {
  key: 'id',
  fields: {
    /** The pipeline, `@` and the hash. */
    id: z.string(),
    pipeline: z.string(),
    hash: z.string(),
    plan: z.unknown(),
    /** When it was first seen. */
    at: z.date(),
  },
  indexes: [{ fields: ['pipeline', 'at'] }],
})

/** Which version of a pipeline runs. */
export const PipelineRecord = entity('heddle.Pipeline', {
  key: 'name',
  fields: {
    name: z.string(),
    /** The hash of the version that runs. */
    current: z.string(),
    /** The hash of the version that the app's own files hold. */
    declared: z.string(),
    /** Tag → hash. */
    tags: z.record(z.string(), z.string()),
    /** Whether what starts it by itself is held up. */
    paused: z.boolean(),
    /** When another version began to run. */
    at: z.date(),
  },
})

/** The migration that brings the tables of plans. */
export const planMigration: readonly Change[] = [PlanVersionRecord, PipelineRecord].map(({ table }) => ({
  change: 'addTable',
  table,
}))
