import { error } from '@heddle/core'
import { z } from 'zod'

/** The full name of a pipeline. */
export const pipelineName = z.string().describe('Full name, e.g. flights.Delays')

/** What names a version. */
export const versionText = z
  .string()
  .describe('A tag, a hash or at least six letters of its beginning, `current` or `declared`')

/** What becomes of the open runs of a workflow. */
export const runCounts = z
  .object({
    fit: z.int(),
    keep: z.int(),
    notes: z.array(z.string()).readonly().optional().describe('What becomes of the state of a job'),
    waits: z
      .enum(['built', 'resumed'])
      .optional()
      .describe(
        'Of a job that does not run it at once: its state is built anew first, or it rests until it is resumed',
      ),
  })
  .optional()
  .describe('Open runs of a workflow: those that go on with the plan that runs now, and those that keep theirs')

/** What may be unknown. */
export const unknownErrors = {
  UnknownPipeline: error(z.object({ pipeline: z.string() }), {
    message: 'The app has no pipeline {pipeline} as a part of its own.',
    help: 'See which there are with `heddle pipeline list`.',
  }),
  UnknownVersion: error(z.object({ pipeline: z.string(), version: z.string() }), {
    message: 'Of {pipeline} no version {version} is kept.',
    help: 'See which there are with `heddle pipeline show {pipeline}`.',
  }),
}
