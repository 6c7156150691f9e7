import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { queueArguments } from './queue-arguments.ts'

export default cliCommand({
  name: 'queues pause',
  summary: 'Let no run of a queue begin, in any process, until it is resumed.',
  example: 'heddle queues pause mail',
  args: queueArguments,
  run({ args: { name, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.PauseQueue', input: { name }, tenant }, (value) => {
      out.show(value, [`${name} is paused`])
    })
  },
})
