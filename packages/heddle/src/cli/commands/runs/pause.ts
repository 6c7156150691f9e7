import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs pause',
  summary: 'Hold a run until somebody resumes it.',
  example: 'heddle runs pause 0199f2c4-… --because outage',
  args: { ...runArguments, because: { type: 'text', value: 'TEXT', summary: 'Why, for those who look at it' } },
  run({ args: { run, because, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.PauseRun', input: { run, because }, tenant }, (value) => {
      out.show(value, [`${run} is paused`])
    })
  },
})
