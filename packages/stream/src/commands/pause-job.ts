import { command } from '@heddle/core'
import { PipelineStates } from '@heddle/data'
import { PlanNotices, tellVersion } from '@heddle/pipeline'
import { z } from 'zod'
import { UnknownJob } from '../job/job-errors.ts'
import { jobName } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** Lets a job come to a checkpoint and rest until it is resumed, over restarts of the app too. */
export const pauseJob = command('heddle.PauseJob', {
  summary: 'Let a job make a checkpoint and rest until it is resumed',
  input: z.object({ pipeline: jobName }),
  output: z.object({ paused: z.boolean() }),
  errors: { UnknownJob },
  idempotent: true,
  access: 'heddle:operate',
  uses: [JobsPort, PipelineStates, PlanNotices],
  hooks: [tellVersion],
  async run({ input: { pipeline }, fail, ctx }) {
    const job = ctx.use(JobsPort).find(pipeline)
    if (!job) return fail.UnknownJob({ job: pipeline })
    const states = ctx.use(PipelineStates)
    const state = await states.get(pipeline)
    const at = new Date(ctx.clock.now())
    if (state) await states.update(state, { paused: true })
    else
      await states.insert({ name: pipeline, current: job.job.hash, declared: job.job.hash, tags: {}, paused: true, at })
    return { paused: true }
  },
})
