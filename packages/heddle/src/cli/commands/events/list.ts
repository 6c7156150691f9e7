import { listEvents } from '../../../commands/events/list-events.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { limitArgument, showPage } from '../../show-page.ts'

interface Listed {
  readonly offset: number
  readonly name: string
  readonly key: string
  readonly at: string
  readonly data?: unknown
  readonly withheld?: string
}

export default cliCommand({
  name: 'events list',
  summary: 'List the events that are kept, the oldest first; sensitive and personal values are masked.',
  example: 'heddle events list --stream bank.Ledger/a-17 --after 2000',
  args: {
    name: { type: 'text', value: 'NAME', summary: 'Only this event, e.g. bank.Deposited' },
    stream: { type: 'text', value: 'STREAM', summary: 'Only those of this stream, written <store>/<stream>' },
    after: { type: 'number', default: 0, summary: 'Only those behind this offset' },
    limit: limitArgument,
    tenant: tenantArgument,
  },
  run({ args, app, out, commands }) {
    const { tenant, ...input } = args
    const asked = { args, app, commands }
    return operate({ app, out }, { command: listEvents, input, tenant }, (value) => {
      const { events, next } = value as unknown as { events: readonly Listed[]; next?: number }
      const rows = events.map(({ offset, at, name, key, data, withheld }) => ({
        offset: String(offset),
        at,
        name,
        key,
        data: withheld === undefined ? JSON.stringify(data) : `(${withheld})`,
      }))
      showPage(out, value, { of: 'events list', asked, rows, none: 'there are no events', next, mayBeLast: true })
    })
  },
})
