import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'

export default cliCommand({
  name: 'jobs drop',
  summary: 'Remove what a paused job keeps: state, checkpoints, e.g. its replication slot. What it wrote stays.',
  example: 'heddle jobs drop flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.DropJob', input: { pipeline: name }, tenant }, (value) => {
      const { dropped } = value as unknown as { dropped: boolean }
      out.show(value, [dropped ? `Nothing of ${name} is kept any more` : `Nothing of ${name} was kept`])
    })
  },
})
