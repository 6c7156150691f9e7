import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'roles list',
  summary: 'List the roles and what they give.',
  example: 'heddle roles list',
  args: { tenant: tenantArgument },
  run({ args: { tenant }, app, out }) {
    return operate({ app, out }, { command: accessCommands.listRoles, input: {}, tenant }, (value) => {
      const { roles } = value as unknown as { roles: readonly { name: string; permissions: readonly string[] }[] }
      const rows = roles.map(({ name, permissions }) => ({ name, permissions: permissions.join(', ') }))
      out.show(value, rows.length === 0 ? ['there are no roles'] : out.table(rows))
    })
  },
})
