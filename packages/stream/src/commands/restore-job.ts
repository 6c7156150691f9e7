import { command, error } from '@heddle/core'
import { JobCheckpointRows, JobRows, PipelineStates } from '@heddle/data'
import { PlanNotices, tellVersion } from '@heddle/pipeline'
import { z } from 'zod'
import { forgetCheckpoints } from '../job/forget-progress.ts'
import { JobNotPaused, UnknownJob } from '../job/job-errors.ts'
import { jobName } from '../job/job-status.ts'
import { isAtWork } from '../job/job-instance.ts'
import { sinksToldAgain } from '../job/told-again.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** Puts a paused job back to an earlier checkpoint: when it is resumed, it reads again what came after that. */
export const restoreJob = command('heddle.RestoreJob', {
  summary: 'Put a paused job back to an earlier checkpoint: it then reads again what came after it',
  input: z.object({
    pipeline: jobName,
    epoch: z.int().positive().describe('As heddle.ListCheckpoints tells it'),
    force: z.boolean().default(false).describe('Also where a sink then has records twice'),
  }),
  output: z.object({
    epoch: z.int(),
    again: z
      .array(z.object({ sink: z.string(), kind: z.string(), how: z.enum(['twice', 'byName']) }))
      .describe('The sinks that are told again what came after it: they have it twice, or know its names for a while'),
    pending: z.boolean().describe('Whether another plan waits, which takes over when the job is resumed'),
  }),
  errors: {
    UnknownJob,
    JobNotPaused,
    OtherPlan: error(z.object({ job: z.string(), epoch: z.int() }), {
      category: 'data',
      message: 'Another plan of {job} made the checkpoint {epoch}: its state is not what this plan keeps.',
    }),
    ToldTwice: error(z.object({ job: z.string(), epoch: z.int(), sinks: z.string() }), {
      category: 'data',
      message: 'What came after the checkpoint {epoch} of {job} would be told again, and be there twice in {sinks}.',
      help: 'Where that is meant, say it: force, or --force on the command line.',
    }),
    UnknownCheckpoint: error(z.object({ job: z.string(), epoch: z.int() }), {
      category: 'data',
      message: 'There is no checkpoint {epoch} of {job} that can be restored.',
      help: 'See which there are with `heddle checkpoints list {job}`, or heddle.ListCheckpoints. Those of a plan before are gone once another one took over.',
    }),
  },
  destructive: true,
  access: 'heddle:operate',
  uses: [JobsPort, JobRows, JobCheckpointRows, PipelineStates, PlanNotices],
  hooks: [tellVersion],
  async run({ input: { pipeline, epoch, force }, fail, ctx }) {
    const job = ctx.use(JobsPort).find(pipeline)
    if (!job) return fail.UnknownJob({ job: pipeline })
    const jobs = ctx.use(JobRows)
    const kept = await jobs.get(pipeline)
    const isPaused = (await ctx.use(PipelineStates).get(pipeline))?.paused === true
    if (isAtWork(job, kept?.state, isPaused)) return fail.JobNotPaused({ job: pipeline })
    const found = (await job.store.checkpoints(pipeline)).find(({ checkpoint }) => checkpoint.epoch === epoch)
    if (!kept || !found || epoch > kept.epoch) return fail.UnknownCheckpoint({ job: pipeline, epoch })
    // What the state consists of is kept for the newest checkpoint alone.
    if (found.plan !== kept.plan) return fail.OtherPlan({ job: pipeline, epoch })
    const again = epoch < kept.epoch ? sinksToldAgain(job.job.assembled.sinks) : []
    const twice = again.filter(({ how }) => how === 'twice')
    if (twice.length > 0 && !force) {
      const sinks = twice.map(({ sink, kind }) => (sink === 'sink' ? `"${kind}"` : `"${sink}" (${kind})`)).join(', ')
      return fail.ToldTwice({ job: pipeline, epoch, sinks })
    }
    await forgetCheckpoints(ctx.use(JobCheckpointRows), pipeline, epoch)
    const facts = JSON.parse(kept.facts) as { readonly lastEpoch?: number }
    const lastEpoch = Math.max(facts.lastEpoch ?? 0, kept.epoch)
    await jobs.update(kept, {
      epoch,
      checkpoint: JSON.stringify(found.checkpoint),
      facts: JSON.stringify({ ...facts, lastEpoch }),
    })
    return { epoch, again, pending: job.job.hash !== kept.plan }
  },
})
