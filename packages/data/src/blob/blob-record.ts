import { z } from 'zod'
import { entity } from '../entity/entity.ts'

/** A content, or one that arrives or goes. */
export const BlobRecord = entity('heddle.Blob', {
  key: 'sha256',
  fields: {
    /** The address; while chunks arrive, a name of its own. */
    sha256: z.string(),
    /** Where the driver keeps it. */
    content: z.string(),
    sizeBytes: z.int(),
    /** How many references the records have. */
    uses: z.int(),
    /** False while it arrives or goes: nobody may refer to it. */
    present: z.boolean(),
    /** When it was last stored or referred to. */
    at: z.date(),
  },
  indexes: [{ fields: ['uses', 'at'] }],
})

/** A piece of a content, where the database itself keeps them. Base64, because a column holds text. */
export const BlobChunkRecord = entity('heddle.BlobChunk', {
  key: 'id',
  fields: { id: z.string(), content: z.string(), bytes: z.string() },
  indexes: [{ fields: ['content', 'id'] }],
})

/** A tenant that ever stored a blob: where collection looks. */
export const BlobTenantRecord = entity('heddle.BlobTenant', { key: 'tenant', fields: { tenant: z.string() } })
