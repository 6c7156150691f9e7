import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'roles put',
  summary: 'Make a role, or give it other permissions.',
  example: 'heddle roles put planner --permission clinic:plan --permission "clinic:read:*"',
  args: {
    name: { type: 'positional', summary: 'Name of the role' },
    permission: { type: 'list', value: 'PERMISSION', summary: 'A permission that it gives; give it once for each' },
    tenant: tenantArgument,
  },
  run({ args: { name, permission, tenant }, app, out }) {
    const permissions = [...permission]
    const operation = { command: accessCommands.putRole, input: { name, permissions }, tenant }
    const given = permissions.join(', ') || 'nothing'
    return operate({ app, out }, operation, (value) => out.show(value, [`the role ${name} gives ${given}`]))
  },
})
