import { z } from 'zod'

/** The full name of a pipeline. */
export const pipelineName = z.string().describe('Full name, e.g. flights.Delays')

/** What names a version. */
export const versionText = z
  .string()
  .describe('A tag, a hash or at least six letters of its beginning, `current` or `declared`')

/** What may be unknown. */
export const unknownErrors = {
  UnknownPipeline: z.object({ pipeline: z.string() }),
  UnknownVersion: z.object({ pipeline: z.string(), version: z.string() }),
}
