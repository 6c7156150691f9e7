import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface ListedKey {
  readonly id: string
  readonly principal: string
  readonly name: string
  readonly permissions?: readonly string[]
  readonly state: string
  readonly endsAt?: string
  readonly usedAt?: string
}

export default cliCommand({
  name: 'keys list',
  summary: 'List the API keys: whose they are, until when, and when they were used last.',
  example: 'heddle keys list --principal ward-7',
  args: {
    principal: { type: 'text', value: 'ID', summary: 'Only of this principal' },
    tenant: tenantArgument,
  },
  run({ args: { principal, tenant }, app, out }) {
    return operate({ app, out }, { command: accessCommands.listKeys, input: { principal }, tenant }, (value) => {
      const { keys, next } = value as unknown as { keys: readonly ListedKey[]; next?: string }
      const rows = keys.map(({ id, principal: owner, name, permissions, state, endsAt, usedAt }) => ({
        id,
        principal: owner,
        name,
        state,
        'ends at': endsAt ?? '',
        'used at': usedAt ?? '',
        'at most': permissions?.join(', ') ?? '',
      }))
      const more = next === undefined ? [] : ['There are more: heddle call heddle.ListKeys --after …']
      out.show(value, rows.length === 0 ? ['there are no keys'] : [...out.table(rows), ...more])
    })
  },
})
