import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'principals remove',
  summary: 'Remove a principal and revoke its keys.',
  example: 'heddle principals remove ward-7',
  args: { id: { type: 'positional', summary: 'Who it is' }, tenant: tenantArgument },
  run({ args: { id, tenant }, app, out }) {
    const operation = { command: accessCommands.removePrincipal, input: { id }, tenant }
    return operate({ app, out }, operation, (value) => {
      const { revoked } = value as { revoked: number }
      out.show(value, [`${id} is gone, and ${revoked} ${revoked === 1 ? 'key is' : 'keys are'} revoked`])
    })
  },
})
