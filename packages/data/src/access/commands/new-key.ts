import { type CallContext, commonPermissions, type ServiceOf, systemFailure } from '@heddle/core'
import type { RecordOf } from '../../entity/entity.ts'
import { assertHolds } from '../grants.ts'
import { hashOfKey, makeKeyText } from '../key-text.ts'
import type { KeyRecord } from '../records.ts'
import type { AccessPrincipals, AccessKeys, AccessRoles } from '../repositories.ts'

/** What a new key is made from. */
export interface NewKey {
  readonly principal: string
  readonly name: string
  readonly permissions: readonly string[] | undefined
  readonly endsAt: Date | undefined
}

/** The collections that a new key touches. */
export interface KeyStores {
  readonly principals: ServiceOf<typeof AccessPrincipals>
  readonly roles: ServiceOf<typeof AccessRoles>
  readonly keys: ServiceOf<typeof AccessKeys>
}

/**
 * Makes a key and writes what is kept of it.
 *
 * @throws {Failure} NotFound, for an unknown principal; Denied, for a key that may do more than its maker; InvalidOption,
 *   for a call with an idempotency key, whose recorded answer would be the key itself
 */
export async function insertKey(ctx: CallContext, stores: KeyStores, made: NewKey) {
  if (ctx.idempotencyKey !== undefined) {
    const expected = 'a call that shows a secret cannot be answered again from a record, so it takes none'
    throw systemFailure('InvalidOption', { option: 'idempotencyKey', value: 'set', expected })
  }
  const { principal, name, permissions, endsAt } = made
  const held = await permissionsOf(stores, await stores.principals.getOrThrow(principal))
  assertHolds(ctx.principal, permissions ? commonPermissions(held, permissions) : held)

  const id = ctx.newId()
  const key = makeKeyText(ctx.random, id, ctx.tenant)
  const hash = Buffer.from(hashOfKey(key)).toString('base64url')
  const createdAt = new Date(ctx.clock.now())
  const record = { id, principal, name, hash, createdAt, revoked: false, endsAt }
  stores.keys.insert({ ...record, ...(permissions && { permissions: [...permissions] }) })
  return { id, key, principal, endsAt }
}

async function permissionsOf({ roles }: KeyStores, principal: { roles: readonly string[] }): Promise<string[]> {
  const found = await roles.getMany(principal.roles)
  return found.flatMap((role) => role?.permissions ?? [])
}

/** How a key is doing. */
export function stateOf({ revoked, endsAt }: RecordOf<typeof KeyRecord>, now: number): 'valid' | 'ended' | 'revoked' {
  if (revoked) return 'revoked'
  return endsAt && endsAt.getTime() <= now ? 'ended' : 'valid'
}
