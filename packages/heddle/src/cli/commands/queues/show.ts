import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { queueArguments } from './queue-arguments.ts'
import { rateOf, runningOf, type ToldQueue } from './told-queue.ts'

export default cliCommand({
  name: 'queues show',
  summary: 'Show a queue: its limits, what waits and runs, and the tenants and keys that have most that waits.',
  example: 'heddle queues show mail',
  args: { ...queueArguments, top: { type: 'number', default: 20, summary: 'How many tenants and keys are told' } },
  run({ args: { tenant, name, top }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ShowQueue', input: { name, top }, tenant }, (value) => {
      const queue = value as unknown as ToldQueue
      const { waiting, oldest, length, paused, declared, tenants, keys } = queue
      const rate = rateOf(queue)
      out.show(value, [
        `waiting  ${waiting}${oldest === undefined ? '' : `, the oldest since ${oldest}`}`,
        `running  ${runningOf(queue)}`,
        ...(rate === '' ? [] : [`begun    ${rate}`]),
        ...(length === undefined ? [] : [`length   ${length} of each tenant`]),
        ...(paused ? [`It is paused: heddle queues resume ${name}`] : []),
        ...(declared ? [] : ['This app does not declare it: another version of the app did.']),
        ...(tenants.length === 0 ? [] : ['', ...out.table(tenants.map((one) => ({ ...one })))]),
        ...(keys.length === 0 ? [] : ['', ...out.table(keys.map(({ key, ...one }) => ({ key, ...one })))]),
      ])
    })
  },
})
