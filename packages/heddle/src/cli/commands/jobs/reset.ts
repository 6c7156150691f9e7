import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'

export default cliCommand({
  name: 'jobs reset',
  summary: 'Let a paused job forget its state: resumed, it reads its sources from their beginning.',
  example: 'heddle jobs reset flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ResetJob', input: { pipeline: name }, tenant }, (value) => {
      out.show(value, [`${name} begins anew once it is resumed: heddle jobs resume ${name}`])
    })
  },
})
