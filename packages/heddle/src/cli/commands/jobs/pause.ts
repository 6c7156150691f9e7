import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'

export default cliCommand({
  name: 'jobs pause',
  summary: 'Let a job make a checkpoint and rest until it is resumed, over restarts too.',
  example: 'heddle jobs pause flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.PauseJob', input: { pipeline: name }, tenant }, (value) => {
      out.show(value, [`${name} rests after its next checkpoint: heddle jobs resume ${name}`])
    })
  },
})
