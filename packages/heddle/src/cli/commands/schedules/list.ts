import { cliCommand } from '../../cli-command.ts'
import { tenantArgument } from '../../operate.ts'
import { operateRuns } from '../runs/run-operation.ts'

interface Listed {
  readonly name: string
  readonly run: string
  readonly paused: boolean
  readonly declared: boolean
  readonly next?: string
  readonly last: string
  readonly lastRun?: string
  readonly skipped?: { readonly planned: string; readonly because: string }
}

export default cliCommand({
  name: 'schedules list',
  summary: 'List schedules: what each starts, when next, its last run, and what was left out last and why.',
  example: 'heddle schedules list',
  args: {
    after: { type: 'text', value: 'NAME', summary: 'Only those whose names come behind this one' },
    limit: { type: 'number', default: 100, summary: 'How many at most' },
    tenant: tenantArgument,
  },
  run({ args: { tenant, ...input }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ListSchedules', input, tenant }, (value) => {
      const { schedules } = value as unknown as { schedules: readonly Listed[] }
      const rows = schedules.map(({ name, run, paused, next, lastRun, skipped }) => ({
        name,
        starts: run,
        next: paused ? 'paused' : (next ?? 'never'),
        'last run': lastRun ?? '',
        'left out': skipped ? `${skipped.planned}: ${skipped.because}` : '',
      }))
      out.show(value, rows.length === 0 ? ['there are no schedules'] : out.table(rows))
    })
  },
})
