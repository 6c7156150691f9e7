import type { RunState } from '@heddle/workflow'
import { cliCommand } from '../../cli-command.ts'
import { tenantArgument } from '../../operate.ts'
import { limitArgument, showPage } from '../../show-page.ts'
import { operateRuns } from './run-operation.ts'

interface Listed {
  readonly run: string
  readonly workflow: string
  readonly state: string
  readonly createdAt: string
  readonly endedAt?: string
  readonly because?: string
  readonly cancelling?: boolean
}

const states = [
  'ready',
  'running',
  'waiting',
  'paused',
  'parked',
  'blocked',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly RunState[]

export default cliCommand({
  name: 'runs list',
  summary: 'List the runs of workflows, the newest first.',
  example: 'heddle runs list --workflow orders.PlaceOrder --state parked --state blocked',
  args: {
    workflow: { type: 'text', value: 'NAME', summary: 'Only of this workflow' },
    state: { type: 'list', value: 'STATE', choices: states, summary: 'Only in this state; give it once for each' },
    queue: { type: 'text', value: 'NAME', summary: 'Only of this queue' },
    after: { type: 'text', value: 'NEXT', summary: 'Only those behind this place' },
    limit: limitArgument,
    tenant: tenantArgument,
  },
  run({ args, app, out, commands }) {
    const { tenant, state, ...match } = args
    const asked = { args, app, commands }
    const input = { ...match, states: state.length > 0 ? state : undefined }
    return operateRuns({ app, out }, { name: 'heddle.ListRuns', input, tenant }, (value) => {
      const { runs, next } = value as unknown as { runs: readonly Listed[]; next?: string }
      const rows = runs.map(({ run, workflow, state: is, createdAt, endedAt, because, cancelling }) => ({
        run,
        workflow,
        state: is,
        created: createdAt,
        ended: endedAt ?? '',
        because: [...(cancelling ? ['asked to end'] : []), ...(because === undefined ? [] : [because])].join('; '),
      }))
      showPage(out, value, { of: 'runs list', asked, rows, none: 'there are no runs', next })
    })
  },
})
