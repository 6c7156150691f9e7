import { command } from '@heddle/core'
import { JobCheckpointRows, JobRows, PipelineStates } from '@heddle/data'
import { PlanNotices, tellVersion } from '@heddle/pipeline'
import { z } from 'zod'
import { forgetProgress } from '../job/forget-progress.ts'
import { forgetOutside } from '../job/forget-outside.ts'
import { JobNotPaused, UnknownJob } from '../job/job-errors.ts'
import { isAtWork } from '../job/job-instance.ts'
import { jobName } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/**
 * Removes what a paused job keeps: its state, its checkpoints, and what its sources and sinks keep for it elsewhere, e.g. a
 * replication slot. Rows and files that it wrote stay. It rests until it is resumed: then it begins anew.
 */
export const dropJob = command('heddle.DropJob', {
  summary: 'Remove what a paused job keeps: state, checkpoints, and e.g. its replication slot; what it wrote stays',
  input: z.object({ pipeline: jobName }),
  output: z.object({ dropped: z.boolean().describe('Whether there was anything') }),
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
    const states = ctx.use(PipelineStates)
    const state = await states.get(pipeline)
    const isPaused = state?.paused === true
    if (isAtWork(job, kept?.state ?? (isPaused ? undefined : 'running'), isPaused)) {
      return fail.JobNotPaused({ job: pipeline })
    }
    const at = new Date(ctx.clock.now())
    const { hash } = job.job
    if (!state) await states.insert({ name: pipeline, current: hash, declared: hash, tags: {}, paused: true, at })
    else if (!isPaused) await states.update(state, { paused: true })
    await forgetOutside(job)
    if (kept) await forgetProgress(jobs, ctx.use(JobCheckpointRows), kept, 'running')
    return { dropped: kept !== undefined }
  },
})
