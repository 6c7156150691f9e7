import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { newKeyLines, type NewKey } from './new-key-lines.ts'

export default cliCommand({
  name: 'keys create',
  summary: 'Make an API key for a principal and show it, once.',
  example: 'heddle keys create ward-7 --name laptop --expires 90d',
  args: {
    principal: { type: 'positional', summary: 'Id of the principal for which it acts' },
    name: { type: 'text', value: 'NAME', summary: 'What it is for' },
    permission: { type: 'list', value: 'PERMISSION', summary: 'What it may do at most [all that its principal may]' },
    expires: { type: 'text', value: 'DURATION', summary: 'How long it is valid [until it is revoked]' },
    tenant: tenantArgument,
  },
  run({ args: { principal, name, permission, expires, tenant }, app, out }) {
    const permissions = permission.length > 0 ? [...permission] : undefined
    const operation = { command: accessCommands.createKey, input: { principal, name, permissions, expires }, tenant }
    return operate({ app, out }, operation, (made) => out.show(made, newKeyLines(made as NewKey)))
  },
})
