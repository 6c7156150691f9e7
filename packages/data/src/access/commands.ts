import { createKey } from './commands/create-key.ts'
import { listKeys } from './commands/list-keys.ts'
import { listPrincipals } from './commands/list-principals.ts'
import { listRoles } from './commands/list-roles.ts'
import { putPrincipal } from './commands/put-principal.ts'
import { putRole } from './commands/put-role.ts'
import { removePrincipal } from './commands/remove-principal.ts'
import { removeRole } from './commands/remove-role.ts'
import { revokeKey } from './commands/revoke-key.ts'
import { rotateKey } from './commands/rotate-key.ts'

/** The commands of the domain `heddle` that manage roles, principals and API keys. All want `heddle:operate`. */
export const accessCommands = {
  createKey,
  listKeys,
  listPrincipals,
  listRoles,
  putPrincipal,
  putRole,
  removePrincipal,
  removeRole,
  revokeKey,
  rotateKey,
}
