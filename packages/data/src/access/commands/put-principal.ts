import { command, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { AccessChanges, tellChanges } from '../changes.ts'
import { assertHolds } from '../grants.ts'
import { nameType, principalIdType } from '../permission-type.ts'
import { AccessPrincipals, AccessRoles } from '../repositories.ts'

/** Makes a principal, or changes its kind, its roles, or whether it may call at all. */
export const putPrincipal = command('heddle.PutPrincipal', {
  summary: 'Make a principal, or change its roles',
  input: z.object({
    id: principalIdType,
    kind: z.enum(['person', 'service', 'agent']).default('person'),
    roles: z.array(nameType).max(100).default([]),
    disabled: z.boolean().default(false).describe('It may not call, whatever its roles'),
  }),
  output: z.object({ id: z.string(), kind: z.string(), roles: z.array(z.string()), disabled: z.boolean() }),
  idempotent: true,
  access: 'heddle:operate',
  uses: [AccessPrincipals, AccessRoles, AccessChanges],
  hooks: [tellChanges],
  async run({ input, ctx }) {
    const principals = ctx.use(AccessPrincipals)
    const known = await principals.get(input.id)
    const given = await ctx.use(AccessRoles).getMany(input.roles)
    const missing = given.findIndex((role) => !role)
    if (missing >= 0) {
      const data = { entity: 'heddle.Role', key: input.roles[missing] }
      throw systemFailure('NotFound', data, { path: ['roles', missing] })
    }
    // Whoever was disabled held nothing, so letting it call again gives all of its roles.
    const before = new Set(known?.disabled ? [] : known?.roles)
    const added = input.disabled ? [] : given.filter((role) => !before.has(role!.name))
    assertHolds(
      ctx.principal,
      added.flatMap((role) => role!.permissions),
    )
    const { kind, roles, disabled } = input
    return known ? principals.update(known, { kind, roles, disabled }) : principals.insert(input)
  },
})
