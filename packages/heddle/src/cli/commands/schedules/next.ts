import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { scheduleArguments } from './schedule-arguments.ts'

export default cliCommand({
  name: 'schedules next',
  summary: 'Tell the next planned times of a schedule, in UTC.',
  example: 'heddle schedules next flights.Nightly --count 3',
  args: { ...scheduleArguments, count: { type: 'number', default: 10, summary: 'How many' } },
  run({ args: { tenant, ...input }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.NextOfSchedule', input, tenant }, (value) => {
      const { times } = value as unknown as { times: readonly string[] }
      out.show(value, times.length === 0 ? [`${input.name} has no planned time any more`] : [...times])
    })
  },
})
