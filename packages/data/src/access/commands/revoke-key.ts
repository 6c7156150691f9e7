import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessChanges, tellChanges } from '../changes.ts'
import { AccessKeys } from '../repositories.ts'

/** Ends a key now. */
export const revokeKey = command('heddle.RevokeKey', {
  summary: 'End an API key now',
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  idempotent: true,
  destructive: true,
  access: 'heddle:operate',
  uses: [AccessKeys, AccessChanges],
  hooks: [tellChanges],
  async run({ input: { id }, ctx }) {
    const keys = ctx.use(AccessKeys)
    const key = await keys.getOrThrow(id)
    const now = ctx.clock.now()
    const endsAt = new Date(Math.min(key.endsAt?.getTime() ?? Infinity, now))
    if (!key.revoked) keys.update(key, { revoked: true, endsAt })
    return { id }
  },
})
