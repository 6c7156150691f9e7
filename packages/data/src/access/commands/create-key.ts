import { command, parseDuration } from '@heddle/core'
import { z } from 'zod'
import { durationType, nameType, permissionType } from '../permission-type.ts'
import { AccessPrincipals, AccessKeys, AccessRoles } from '../repositories.ts'
import { newKeyType } from './key-output.ts'
import { insertKey } from './new-key.ts'

/** Makes an API key for a principal and shows it, once. */
export const createKey = command('heddle.CreateKey', {
  summary: 'Make an API key for a principal and show it, once',
  input: z.object({
    principal: z.string(),
    name: nameType.default('key').describe('What it is for'),
    permissions: z
      .array(permissionType)
      .max(1000)
      .optional()
      .describe('What it may do at most [all that its principal may]'),
    expires: durationType.optional().describe('How long it is valid [until it is revoked]'),
  }),
  output: newKeyType,
  access: 'heddle:operate',
  uses: [AccessPrincipals, AccessRoles, AccessKeys],
  run({ input: { principal, name, permissions, expires }, ctx }) {
    const endsAt = expires === undefined ? undefined : new Date(ctx.clock.now() + parseDuration(expires))
    const stores = { principals: ctx.use(AccessPrincipals), roles: ctx.use(AccessRoles), keys: ctx.use(AccessKeys) }
    return insertKey(ctx, stores, { principal, name, permissions, endsAt })
  },
})
