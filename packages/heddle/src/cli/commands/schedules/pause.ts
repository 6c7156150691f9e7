import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { scheduleArguments } from './schedule-arguments.ts'

export default cliCommand({
  name: 'schedules pause',
  summary: 'Let a schedule start nothing until it is resumed.',
  example: 'heddle schedules pause flights.Nightly',
  args: scheduleArguments,
  run({ args: { name, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.PauseSchedule', input: { name }, tenant }, (value) => {
      out.show(value, [`${name} is paused`])
    })
  },
})
