import { cliCommand } from '../../cli-command.ts'
import { tenantArgument } from '../../operate.ts'
import { operateRuns } from '../runs/run-operation.ts'
import type { Listed } from './listed.ts'

export default cliCommand({
  name: 'approvals list',
  summary: "List what waits for somebody's approval.",
  example: 'heddle approvals list',
  args: { limit: { type: 'number', default: 100, summary: 'How many at most' }, tenant: tenantArgument },
  run({ args: { limit, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ListApprovals', input: { limit }, tenant }, (value) => {
      const { approvals } = value as unknown as { approvals: readonly Listed[] }
      const rows = approvals.map(({ run, workflow, key, until, summary, form }) => ({
        run,
        workflow,
        key,
        until: until ?? '',
        asks: Object.keys(form.properties ?? {}).join(', '),
        summary: summary ?? '',
      }))
      out.show(value, rows.length === 0 ? ['nothing waits for an approval'] : out.table(rows))
    })
  },
})
