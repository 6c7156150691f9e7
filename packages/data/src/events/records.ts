import { z } from 'zod'
import { withSecret } from '../encryption/encrypted-columns.ts'
import { entity } from '../entity/entity.ts'

/** How many events a stream holds. Its version guards the stream: who appends changes it. */
export const StreamRecord = entity('heddle.Stream', {
  key: 'stream',
  fields: { stream: z.string(), length: z.int() },
})

/** What a stream folded to when it held so many events. */
export const SnapshotRecord = entity('heddle.Snapshot', {
  key: 'stream',
  fields: { stream: z.string(), length: z.int(), version: z.string(), state: z.unknown() },
})

/** The same of a stream whose events have marked data. */
export const SecretSnapshotRecord = withSecret(SnapshotRecord, 'state')

/**
 * How far a handler or projection is: everything up to the offset is done. A projection has one for all and one per
 * tenant, which is written with the view; each rebuild is a new generation of them.
 */
export const ReaderRecord = entity('heddle.Reader', {
  key: 'name',
  fields: {
    name: z.string(),
    offset: z.int(),
    version: z.int(),
    generation: z.int(),
    rebuilding: z.boolean(),
    at: z.date(),
  },
})
