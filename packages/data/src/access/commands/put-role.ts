import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessChanges, tellChanges } from '../changes.ts'
import { assertHolds } from '../grants.ts'
import { nameType, permissionType } from '../permission-type.ts'
import { AccessRoles } from '../repositories.ts'

/** Makes a role, or gives it other permissions. */
export const putRole = command('heddle.PutRole', {
  summary: 'Make a role, or give it other permissions',
  input: z.object({ name: nameType, permissions: z.array(permissionType).max(1000) }),
  output: z.object({ name: z.string(), permissions: z.array(z.string()) }),
  idempotent: true,
  access: 'heddle:operate',
  uses: [AccessRoles, AccessChanges],
  hooks: [tellChanges],
  async run({ input: { name, permissions }, ctx }) {
    const roles = ctx.use(AccessRoles)
    const known = await roles.get(name)
    const before = new Set(known?.permissions)
    assertHolds(
      ctx.principal,
      permissions.filter((permission) => !before.has(permission)),
    )
    return known ? roles.update(known, { permissions }) : roles.insert({ name, permissions })
  },
})
