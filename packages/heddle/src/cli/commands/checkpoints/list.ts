import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from '../jobs/job-argument.ts'

interface ListedCheckpoint {
  readonly epoch: number
  readonly at: string
  readonly plan: string
  readonly isCurrent: boolean
}

export default cliCommand({
  name: 'checkpoints list',
  summary: 'List the checkpoints of a job that can be restored, newest first.',
  example: 'heddle checkpoints list flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ListCheckpoints', input: { pipeline: name }, tenant }, (value) => {
      const { checkpoints } = value as unknown as { checkpoints: readonly ListedCheckpoint[] }
      const rows = checkpoints.map(({ epoch, at, plan, isCurrent }) => ({
        epoch,
        at,
        plan: plan.slice(0, 12),
        is: isCurrent ? 'current' : '',
      }))
      out.show(value, rows.length === 0 ? ['there are no checkpoints yet'] : out.table(rows))
    })
  },
})
