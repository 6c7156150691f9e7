import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs retry',
  summary: 'Call the step at which a run failed once more, and go on from there.',
  example: 'heddle runs retry 0199f2c4-…',
  args: runArguments,
  run({ args: { run, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.RetryRun', input: { run }, tenant }, (value) => {
      out.show(value, [`${run} goes on from the step that failed`])
    })
  },
})
