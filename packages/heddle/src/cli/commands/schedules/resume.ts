import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { scheduleArguments } from './schedule-arguments.ts'

export default cliCommand({
  name: 'schedules resume',
  summary: 'Let a paused schedule go on with its next planned time; those that passed are left out.',
  example: 'heddle schedules resume flights.Nightly',
  args: scheduleArguments,
  run({ args: { name, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ResumeSchedule', input: { name }, tenant }, (value) => {
      out.show(value, [`${name} goes on`])
    })
  },
})
