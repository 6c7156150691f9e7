import { command, sleep, stream } from '@heddle/core'
import { z } from 'zod'
import { UnknownJob } from '../job/job-errors.ts'
import { jobName, jobStatus, statusOf } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** How often it is looked at what there is to tell, in milliseconds (limit `jobs.watch`). */
const lookMs = 1000

/** Follows how jobs are doing, for as long as somebody looks. */
export const watchJobs = command('heddle.WatchJobs', {
  kind: 'query',
  summary: 'Follow how the jobs of the app are doing, told again whenever that has changed',
  input: z.object({ job: jobName.optional() }),
  output: stream(z.object({ jobs: z.array(jobStatus) }), z.null()),
  errors: { UnknownJob },
  access: 'heddle:operate',
  uses: [JobsPort],
  async *run({ input: { job }, fail, ctx }) {
    const live = ctx.use(JobsPort)
    const { signal } = ctx
    if (job !== undefined && !live.find(job)) return fail.UnknownJob({ job })
    let told = ''
    while (!signal.aborted) {
      const wanted = live.all().filter(({ name }) => job === undefined || name === job)
      const jobs = await Promise.all(wanted.map(statusOf))
      const text = JSON.stringify(jobs)
      if (text !== told) yield { jobs }
      told = text
      await sleep(live.timers, lookMs, signal).catch(() => undefined)
    }
    signal.throwIfAborted()
    return null
  },
})
