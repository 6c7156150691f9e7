import { timeOf } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { scheduleArguments } from './schedule-arguments.ts'

export default cliCommand({
  name: 'schedules backfill',
  summary: 'Start a run for each planned time of the past that has none, up to 100 in one call.',
  example: 'heddle schedules backfill flights.Nightly --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z',
  args: {
    ...scheduleArguments,
    from: { type: 'text', value: 'TIME', summary: 'The first planned time that may be meant, RFC 3339' },
    to: { type: 'text', value: 'TIME', summary: 'The last planned time that may be meant, RFC 3339' },
  },
  run({ args: { tenant, name, from, to }, app, out }) {
    const input = { name, from: timeOf('--from', from), to: timeOf('--to', to) }
    return operateRuns({ app, out }, { name: 'heddle.BackfillSchedule', input, tenant }, (value) => {
      const { started, isWhole } = value as unknown as {
        started: readonly { planned: string; run: string }[]
        isWhole: boolean
      }
      const lines = started.length === 0 ? ['every planned time has its run'] : out.table([...started])
      const more = isWhole ? [] : [`there are more behind ${started.at(-1)?.planned ?? from}`]
      out.show(value, [...lines, ...more])
    })
  },
})
