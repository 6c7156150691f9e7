import { listLeases } from '../../../commands/leases/list-leases.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface Listed {
  readonly name: string
  readonly holder: string
  readonly token: number
  readonly since: number
  readonly expiresAt: number
}

export default cliCommand({
  name: 'leases list',
  summary: 'List the leases that are held now: by whom, with which token, until when.',
  example: 'heddle leases list',
  args: {
    after: { type: 'text', value: 'NAME', summary: 'Only those whose names come behind this one' },
    limit: { type: 'number', default: 100, summary: 'How many at most' },
    tenant: tenantArgument,
  },
  run({ args: { tenant, ...input }, app, out }) {
    return operate({ app, out }, { command: listLeases, input, tenant }, (value) => {
      const { leases } = value as unknown as { leases: readonly Listed[] }
      const rows = leases.map(({ name, holder, token, since, expiresAt }) => ({
        name,
        holder,
        token: String(token),
        since: timeText(since),
        until: timeText(expiresAt),
      }))
      out.show(value, rows.length === 0 ? ['no lease is held'] : out.table(rows))
    })
  },
})

const timeText = (ms: number) => new Date(ms).toISOString()
