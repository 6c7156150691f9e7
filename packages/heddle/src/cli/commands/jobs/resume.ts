import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'

export default cliCommand({
  name: 'jobs resume',
  summary: 'Let a job go on from its checkpoint: one that was paused, failed, or came to its end.',
  example: 'heddle jobs resume flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ResumeJob', input: { pipeline: name }, tenant }, (value) => {
      out.show(value, [`${name} goes on`])
    })
  },
})
