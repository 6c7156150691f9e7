import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs explain',
  summary: 'Say what a run waits for, why, and what can be done.',
  example: 'heddle runs explain 0199f2c4-…',
  args: runArguments,
  run({ args: { run, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ExplainRun', input: { run }, tenant }, (value) => {
      const { workflow, state, because, help } = value as unknown as {
        workflow: string
        state: string
        because: readonly string[]
        help?: string
      }
      out.show(value, [`${workflow} is ${state}`, ...because, ...(help === undefined ? [] : [help])])
    })
  },
})
