import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface ListedPrincipal {
  readonly id: string
  readonly kind: string
  readonly roles: readonly string[]
  readonly disabled: boolean
}

export default cliCommand({
  name: 'principals list',
  summary: 'List the principals and their roles.',
  example: 'heddle principals list',
  args: { tenant: tenantArgument },
  run({ args: { tenant }, app, out }) {
    return operate({ app, out }, { command: accessCommands.listPrincipals, input: {}, tenant }, (value) => {
      const { principals } = value as unknown as { principals: readonly ListedPrincipal[] }
      const rows = principals.map(({ id, kind, roles, disabled }) => ({
        id,
        kind,
        roles: roles.join(', '),
        state: disabled ? 'disabled' : 'may call',
      }))
      out.show(value, rows.length === 0 ? ['there are no principals'] : out.table(rows))
    })
  },
})
