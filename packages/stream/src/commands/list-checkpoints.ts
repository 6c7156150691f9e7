import { command } from '@heddle/core'
import { z } from 'zod'
import { UnknownJob } from '../job/job-errors.ts'
import { jobName } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** Lists the checkpoints of a job that can be restored. */
export const listCheckpoints = command('heddle.ListCheckpoints', {
  kind: 'query',
  summary: 'List the checkpoints of a job that can be restored, newest first',
  input: z.object({ pipeline: jobName }),
  output: z.object({
    checkpoints: z.array(z.object({ epoch: z.int(), at: z.string(), plan: z.string(), isCurrent: z.boolean() })),
    state: z
      .object({ hash: z.string(), steps: z.record(z.string(), z.unknown()) })
      .optional()
      .describe('The state that it has, and the hash of its plan: another plan is compared with it'),
  }),
  errors: { UnknownJob },
  access: 'heddle:operate',
  uses: [JobsPort],
  async run({ input: { pipeline }, fail, ctx }) {
    const job = ctx.use(JobsPort).find(pipeline)
    if (!job) return fail.UnknownJob({ job: pipeline })
    const held = await job.store.read(pipeline)
    const newest = held?.checkpoint?.epoch ?? 0
    const kept = await job.store.checkpoints(pipeline)
    const checkpoints = kept
      .filter(({ checkpoint }) => checkpoint.epoch <= newest)
      .map(({ checkpoint: { epoch }, at, plan }) => ({
        epoch,
        at: at.toISOString(),
        plan,
        isCurrent: epoch === newest,
      }))
    const state = held?.checkpoint && { hash: held.plan, steps: held.facts.steps }
    return { checkpoints: checkpoints.toReversed(), ...(state && { state }) }
  },
})
