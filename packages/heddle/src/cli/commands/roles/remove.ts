import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'roles remove',
  summary: 'Remove a role; who has it loses what it gave.',
  example: 'heddle roles remove planner',
  args: { name: { type: 'positional', summary: 'Name of the role' }, tenant: tenantArgument },
  run({ args: { name, tenant }, app, out }) {
    const operation = { command: accessCommands.removeRole, input: { name }, tenant }
    return operate({ app, out }, operation, (value) => out.show(value, [`the role ${name} is gone`]))
  },
})
