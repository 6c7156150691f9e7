import { command } from '@heddle/core'
import { z } from 'zod'
import { jobStatus, statusOf } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'

/** Lists the jobs of the app with how they are doing. */
export const listJobs = command('heddle.ListJobs', {
  kind: 'query',
  summary: 'List the jobs of the app with how they are doing',
  input: z.object({}),
  output: z.object({
    jobs: z.array(
      jobStatus
        .pick({
          job: true,
          state: true,
          because: true,
          guarantee: true,
          epoch: true,
          letters: true,
          rebuilding: true,
          place: true,
        })
        .extend({
          rate: z.number().describe('Records a second that its sources read'),
          records: z.int().describe('Read so far'),
        }),
    ),
  }),
  access: 'heddle:operate',
  uses: [JobsPort],
  async run({ ctx }) {
    const all = await Promise.all(ctx.use(JobsPort).all().map(statusOf))
    const jobs = all.map(({ job, state, because, guarantee, epoch, letters, rebuilding, place, sources }) => ({
      job,
      state,
      ...(because !== undefined && { because }),
      guarantee,
      epoch,
      letters,
      ...(rebuilding && { rebuilding }),
      ...(place && { place }),
      rate: sources.reduce((sum, { rate }) => sum + rate, 0),
      records: sources.reduce((sum, { records }) => sum + records, 0),
    }))
    return { jobs }
  },
})
