import { command, parseDuration, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { AccessChanges, tellChanges } from '../changes.ts'
import { durationType } from '../permission-type.ts'
import { AccessPrincipals, AccessKeys, AccessRoles } from '../repositories.ts'
import { newKeyType } from './key-output.ts'
import { insertKey, stateOf } from './new-key.ts'

/** Makes the key that follows another one. Both are valid for the overlap, so that nobody is cut off meanwhile. */
export const rotateKey = command('heddle.RotateKey', {
  summary: 'Make the next key; the old one ends after the overlap',
  input: z.object({
    id: z.string().describe('Id of the old key'),
    overlap: durationType.default('1d').describe('How long the old key stays valid, unless it ends before'),
    expires: durationType.optional().describe('How long the new key is valid [as long as the old one was]'),
  }),
  output: newKeyType,
  access: 'heddle:operate',
  uses: [AccessPrincipals, AccessRoles, AccessKeys, AccessChanges],
  hooks: [tellChanges],
  async run({ input: { id, overlap, expires }, ctx }) {
    const keys = ctx.use(AccessKeys)
    const old = await keys.getOrThrow(id)
    const now = ctx.clock.now()
    const state = stateOf(old, now)
    if (state !== 'valid') throw systemFailure('Denied', { because: `the key ${id} is ${state}; make a new one` })

    const { principal, name, permissions, createdAt } = old
    const before = old.endsAt?.getTime()
    const lifetime = before === undefined ? undefined : before - createdAt.getTime()
    const validMs = expires === undefined ? lifetime : parseDuration(expires)
    const endsAt = validMs === undefined ? undefined : new Date(now + validMs)
    const stores = { principals: ctx.use(AccessPrincipals), roles: ctx.use(AccessRoles), keys }
    const made = await insertKey(ctx, stores, { principal, name, permissions, endsAt })
    keys.update(old, { endsAt: new Date(Math.min(before ?? Infinity, now + parseDuration(overlap))) })
    return made
  },
})
