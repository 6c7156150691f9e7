import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs resume',
  summary: 'Let a run go on that is paused, parked or blocked.',
  example: 'heddle runs resume 0199f2c4-…',
  args: runArguments,
  run({ args: { run, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ResumeRun', input: { run }, tenant }, (value) => {
      out.show(value, [`${run} goes on`])
    })
  },
})
