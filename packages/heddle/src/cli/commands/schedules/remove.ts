import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { scheduleArguments } from './schedule-arguments.ts'

export default cliCommand({
  name: 'schedules remove',
  summary: 'Forget a schedule that a command asked for. One that the app declares is removed there.',
  example: 'heddle schedules remove report',
  args: scheduleArguments,
  run({ args: { name, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.RemoveSchedule', input: { name }, tenant }, (value) => {
      const { removed } = value as unknown as { removed: boolean }
      out.show(value, [removed ? `${name} is forgotten` : `the app declares ${name}: remove it there`])
      return removed ? 0 : 1
    })
  },
})
