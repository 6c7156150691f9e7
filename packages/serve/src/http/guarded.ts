import { type AnyFailure, Failure, holds, systemFailure } from '@heddle/core'
import { isNear } from '../access/near.ts'
import type { Caller } from './call-endpoint.ts'
import type { PlainEndpoint } from './endpoint.ts'
import type { Exchange } from './exchange.ts'

/** What those may look at who operate a system. */
export const permission = 'heddle:operate'

/** Why a request may not see an endpoint; nothing where it may. */
export async function refusedAt(
  { access }: PlainEndpoint,
  exchange: Exchange,
  principalOf: ((exchange: Exchange) => Caller | Promise<Caller>) | undefined,
): Promise<AnyFailure | undefined> {
  if (access === undefined || (access === 'operator or near' && isNear(exchange))) return undefined
  const caller = await principalOf?.(exchange)
  if (caller instanceof Failure) return caller
  if (!caller?.as) return systemFailure('Unauthenticated')
  if (holds(caller.as, permission)) return undefined
  return systemFailure('Denied', { because: `it needs the permission ${permission}` })
}
