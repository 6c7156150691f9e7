import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'keys revoke',
  summary: 'End an API key now.',
  example: 'heddle keys revoke 0199f2c4-…',
  args: { id: { type: 'positional', summary: 'Id of the key' }, tenant: tenantArgument },
  run({ args: { id, tenant }, app, out }) {
    const operation = { command: accessCommands.revokeKey, input: { id }, tenant }
    return operate({ app, out }, operation, (value) => out.show(value, [`the key ${id} opens nothing any more`]))
  },
})
