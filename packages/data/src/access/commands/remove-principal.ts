import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessChanges, tellChanges } from '../changes.ts'
import { AccessPrincipals, AccessKeys } from '../repositories.ts'

/** Removes a principal and revokes its keys, so that they open nothing if somebody of the same name comes later. */
export const removePrincipal = command('heddle.RemovePrincipal', {
  summary: 'Remove a principal and revoke its keys',
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), revoked: z.int().describe('How many keys were revoked') }),
  destructive: true,
  access: 'heddle:operate',
  uses: [AccessPrincipals, AccessKeys, AccessChanges],
  hooks: [tellChanges],
  async run({ input: { id }, ctx }) {
    const principals = ctx.use(AccessPrincipals)
    const keys = ctx.use(AccessKeys)
    principals.delete(await principals.getOrThrow(id))
    let revoked = 0
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await keys.find({ where: { principal: id, revoked: false }, limit: 1000, after })
      for (const key of page.records) keys.update(key, { revoked: true, endsAt: new Date(ctx.clock.now()) })
      revoked += page.records.length
      after = page.next
    }
    return { id, revoked }
  },
})
