import { command } from '@heddle/core'
import { JobCheckpointRows, JobRows, PipelineStates } from '@heddle/data'
import { PlanNotices, tellVersion } from '@heddle/pipeline'
import { z } from 'zod'
import { forgetProgress } from '../job/forget-progress.ts'
import { JobNotPaused, UnknownJob } from '../job/job-errors.ts'
import { isAtWork } from '../job/job-instance.ts'
import { jobName } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** Lets a paused job forget its state and where it was: when it is resumed, it reads its sources from their beginning. */
export const resetJob = command('heddle.ResetJob', {
  summary: 'Let a paused job forget its state: resumed, it reads its sources from their beginning',
  input: z.object({ pipeline: jobName }),
  output: z.object({ generation: z.int().describe('Which state file counts from now on') }),
  errors: { UnknownJob, JobNotPaused },
  destructive: true,
  access: 'heddle:operate',
  uses: [JobsPort, JobRows, JobCheckpointRows, PipelineStates, PlanNotices],
  hooks: [tellVersion],
  async run({ input: { pipeline }, fail, ctx }) {
    const job = ctx.use(JobsPort).find(pipeline)
    if (!job) return fail.UnknownJob({ job: pipeline })
    const jobs = ctx.use(JobRows)
    const kept = await jobs.get(pipeline)
    if (!kept) return { generation: 1 }
    const isPaused = (await ctx.use(PipelineStates).get(pipeline))?.paused === true
    if (isAtWork(job, kept.state, isPaused)) return fail.JobNotPaused({ job: pipeline })
    return { generation: await forgetProgress(jobs, ctx.use(JobCheckpointRows), kept) }
  },
})
