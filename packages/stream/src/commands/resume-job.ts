import { command } from '@heddle/core'
import { JobRows, PipelineStates } from '@heddle/data'
import { PlanNotices, tellVersion } from '@heddle/pipeline'
import { z } from 'zod'
import { UnknownJob } from '../job/job-errors.ts'
import { jobName } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** Lets a job go on that was paused, failed or came to its end: from its checkpoint. */
export const resumeJob = command('heddle.ResumeJob', {
  summary: 'Let a job go on from its checkpoint: one that was paused, failed, or came to its end',
  input: z.object({ pipeline: jobName }),
  output: z.object({ paused: z.boolean() }),
  errors: { UnknownJob },
  idempotent: true,
  access: 'heddle:operate',
  uses: [JobsPort, JobRows, PipelineStates, PlanNotices],
  hooks: [tellVersion],
  async run({ input: { pipeline }, fail, ctx }) {
    const job = ctx.use(JobsPort).find(pipeline)
    if (!job) return fail.UnknownJob({ job: pipeline })
    const states = ctx.use(PipelineStates)
    const state = await states.get(pipeline)
    if (state?.paused) await states.update(state, { paused: false })
    const jobs = ctx.use(JobRows)
    const kept = await jobs.get(pipeline)
    if (kept && kept.state !== 'running') {
      const { because: _, code: __, ...facts } = JSON.parse(kept.facts) as Record<string, unknown>
      await jobs.update(kept, { state: 'running', facts: JSON.stringify(facts) })
    }
    return { paused: false }
  },
})
