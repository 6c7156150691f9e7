import { listDeadLetters } from '../../../commands/dead-letters/list-dead-letters.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { limitArgument, showPage } from '../../show-page.ts'
import { matchArguments } from './match-arguments.ts'

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
    ...matchArguments,
    after: { type: 'text', value: 'ID', summary: 'Only those behind this one' },
    limit: limitArgument,
    tenant: tenantArgument,
  },
  run({ args, app, out, commands }) {
    const { tenant, ...input } = args
    const asked = { args, app, commands }
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
      showPage(out, value, { of: 'dlq list', asked, rows, none: 'there are no dead letters', next })
    })
  },
})
