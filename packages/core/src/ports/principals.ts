import type { Principal } from '../command/access.ts'
import { systemFailure } from '../error/failure.ts'
import type { Maybe } from './maybe.ts'

/** How every API key begins, so that scanners of leaked secrets find it. */
export const apiKeyPrefix = 'hk_'

/** Who may call, as the records of the system say now. A database provides it. */
export interface Principals {
  /**
   * A principal with the permissions that its roles give it now; undefined for one that is unknown or disabled.
   *
   * @param tenant in which it is to act @default 'main'
   * @example const caller = await app.ports.principals.resolve('ward-7')
   */
  resolve(id: string, tenant?: string): Maybe<Principal | undefined>
  /**
   * The principal that an API key stands for.
   *
   * @throws {Failure} InvalidCredentials
   */
  ofKey(text: string): Maybe<Principal>
}

/** Principals that are listed in code, for tests and for apps without a database. There are no keys to them. */
export function memoryPrincipals(list: readonly Principal[] = []): Principals {
  const byAddress = new Map(list.map((one) => [addressOf(one.id, one.tenant), one]))
  return {
    resolve: (id, tenant) => byAddress.get(addressOf(id, tenant)),
    ofKey() {
      throw systemFailure('InvalidCredentials', { because: 'this app keeps no API keys' })
    },
  }
}

const addressOf = (id: string, tenant = 'main') => JSON.stringify([tenant, id])
