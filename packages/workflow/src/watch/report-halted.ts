import { command, systemFailure } from '@heddle/core'
import { z } from 'zod'

/**
 * Ends with `RunHalted`, so that hooks on errors and alerts hear of a run that nobody goes on with, and calls that failed
 * are counted with it.
 */
export const reportHalted = command('heddle.ReportHaltedRun', {
  summary: 'Tell of a run that goes on only when somebody has looked at it',
  input: z.object({
    run: z.string(),
    workflow: z.string(),
    state: z.string(),
    because: z.string(),
    at: z.string().optional(),
  }),
  output: z.object({}),
  access: 'heddle:operate',
  run({ input }) {
    throw systemFailure('RunHalted', input)
  },
})
