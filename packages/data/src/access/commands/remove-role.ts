import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessChanges, tellChanges } from '../changes.ts'
import { AccessRoles } from '../repositories.ts'

/** Removes a role. Principals that have it keep its name, which gives them nothing. */
export const removeRole = command('heddle.RemoveRole', {
  summary: 'Remove a role; who has it loses what it gave',
  input: z.object({ name: z.string() }),
  output: z.object({ name: z.string() }),
  destructive: true,
  access: 'heddle:operate',
  uses: [AccessRoles, AccessChanges],
  hooks: [tellChanges],
  async run({ input: { name }, ctx }) {
    const roles = ctx.use(AccessRoles)
    roles.delete(await roles.getOrThrow(name))
    return { name }
  },
})
