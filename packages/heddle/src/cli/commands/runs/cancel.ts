import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs cancel',
  summary: 'Cancel a run: it cleans up, and what it did is undone where it said how.',
  example: 'heddle runs cancel 0199f2c4-…',
  args: runArguments,
  run({ args: { run, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.CancelRun', input: { run }, tenant }, (value) => {
      out.show(value, [`${run} is asked to end`])
    })
  },
})
