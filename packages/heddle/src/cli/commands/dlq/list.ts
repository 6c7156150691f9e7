import { listDeadLetters } from '../../../commands/dead-letters/list-dead-letters.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { limitArgument, showPage } from '../../show-page.ts'

interface Listed {
  readonly id: string
  readonly command: string
  readonly at: string
  readonly code: string
  readonly origin?: string
  readonly replays: number
  readonly queuedFor?: string
}

export default cliCommand({
  name: 'dlq list',
  summary: 'List the calls that failed for good, the oldest first.',
  example: 'heddle dlq list --command shop.Ship --code CarrierDown',
  args: {
    command: { type: 'text', value: 'NAME', summary: 'Only of this command' },
    job: { type: 'text', value: 'NAME', summary: 'Only records of this job' },
    step: { type: 'text', value: 'NAME', summary: 'Only those of this step, source or sink of jobs' },
    code: { type: 'text', value: 'CODE', summary: 'Only those that failed with this code' },
    after: { type: 'text', value: 'ID', summary: 'Only those behind this one' },
    limit: limitArgument,
    tenant: tenantArgument,
  },
  run({ args: { tenant, ...input }, app, out }) {
    return operate({ app, out }, { command: listDeadLetters, input, tenant }, (value) => {
      const { letters, next } = value as unknown as { letters: readonly Listed[]; next?: string }
      const rows = letters.map(({ id, command, at, code, origin, replays, queuedFor }) => ({
        id,
        at,
        command,
        code,
        origin: origin ?? '',
        replays: queuedFor === undefined ? (replays === 0 ? '' : String(replays)) : 'waits',
      }))
      showPage(out, value, { of: 'dlq list', rows, none: 'there are no dead letters', next })
    })
  },
})
