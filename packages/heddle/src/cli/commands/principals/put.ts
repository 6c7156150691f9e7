import { accessCommands } from '@heddle/data'
import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

const kinds = ['person', 'service', 'agent'] as const

export default cliCommand({
  name: 'principals put',
  summary: 'Make a principal, or change its kind, its roles, or whether it may call at all.',
  example: 'heddle principals put ward-7 --kind service --role planner',
  args: {
    id: { type: 'positional', summary: 'Who it is' },
    kind: { type: 'text', value: 'KIND', summary: 'person, service or agent', default: 'person' },
    role: { type: 'list', value: 'ROLE', summary: 'A role that it has; give it once for each' },
    disabled: { type: 'boolean', summary: 'It may not call, whatever its roles' },
    tenant: tenantArgument,
  },
  run({ args: { id, kind: given, role, disabled, tenant }, app, out }) {
    const kind = kinds.find((one) => one === given)
    if (!kind) throw usageFailure(`--kind is one of ${kinds.join(', ')}, not "${given}"`)
    const roles = [...role]
    const operation = { command: accessCommands.putPrincipal, input: { id, kind, roles, disabled }, tenant }
    const has = roles.length > 0 ? `has ${roles.join(', ')}` : 'has no roles'
    return operate({ app, out }, operation, (value) => out.show(value, [`${id} ${disabled ? 'is disabled' : has}`]))
  },
})
