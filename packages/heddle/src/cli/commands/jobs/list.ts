import type { JobStatus } from '@heddle/stream'
import { cliCommand } from '../../cli-command.ts'
import { tenantArgument } from '../../operate.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { rateText, rebuildingText, threadText } from './job-text.ts'

interface ListedJob {
  readonly job: string
  readonly state: string
  readonly because?: string
  readonly guarantee: string
  readonly epoch: number
  readonly letters: number
  readonly rate: number
  readonly records: number
  readonly place?: JobStatus['place']
  readonly rebuilding?: NonNullable<JobStatus['rebuilding']>
}

export default cliCommand({
  name: 'jobs list',
  summary: 'List the jobs of the app: what they do, how far they are, what they promise.',
  example: 'heddle jobs list',
  args: { tenant: tenantArgument },
  run({ args: { tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ListJobs', input: {}, tenant }, (value) => {
      const { jobs } = value as unknown as { jobs: readonly ListedJob[] }
      const rows = jobs.map(({ job, state, because, guarantee, records, rate, letters, rebuilding, place }) => ({
        job,
        state,
        thread: threadText(place),
        records,
        rate: rateText(rate),
        'dead letters': letters,
        guarantee,
        because: because ?? (rebuilding ? rebuildingText(rebuilding) : ''),
      }))
      out.show(value, out.table(rows))
    })
  },
})
