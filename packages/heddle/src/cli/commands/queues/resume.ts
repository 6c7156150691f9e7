import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { queueArguments } from './queue-arguments.ts'

export default cliCommand({
  name: 'queues resume',
  summary: 'Let the runs of a paused queue begin again.',
  example: 'heddle queues resume mail',
  args: queueArguments,
  run({ args: { name, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ResumeQueue', input: { name }, tenant }, (value) => {
      out.show(value, [`${name} goes on`])
    })
  },
})
