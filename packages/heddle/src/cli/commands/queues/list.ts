import { cliCommand } from '../../cli-command.ts'
import { tenantArgument } from '../../operate.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { rateOf, runningOf, type ToldQueue } from './told-queue.ts'

export default cliCommand({
  name: 'queues list',
  summary: 'List queues: how many runs wait and run, since when the oldest waits, what of the rate is used.',
  example: 'heddle queues list',
  args: {
    top: { type: 'number', default: 3, summary: 'How many tenants are told of each, those with most that waits' },
    tenant: tenantArgument,
  },
  run({ args: { tenant, top }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ListQueues', input: { top }, tenant }, (value) => {
      const { queues } = value as unknown as { queues: readonly ToldQueue[] }
      const rows = queues.map((queue) => ({
        name: queue.name,
        is: queue.paused ? 'paused' : queue.declared ? '' : 'not declared',
        waiting: queue.waiting,
        running: runningOf(queue),
        rate: rateOf(queue),
        'oldest since': queue.oldest ?? '',
        most: queue.tenants.map(({ tenant: whose, waiting }) => `${whose} ${waiting}`).join(', '),
      }))
      out.show(value, out.table(rows))
    })
  },
})
