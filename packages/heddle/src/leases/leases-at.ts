import { type AnyCommand, type InputFor, type ValueOf } from '@heddle/core'
import type { LeaseStore } from '@heddle/data'
import { callLocally, localSocketPath } from '@heddle/serve'
import { acquireLease } from '../commands/leases/acquire-lease.ts'
import { listLeases } from '../commands/leases/list-leases.ts'
import { releaseLease } from '../commands/leases/release-lease.ts'
import { renewLease } from '../commands/leases/renew-lease.ts'

/**
 * The leases of an app that another process serves, through the socket in its data folder: for programs beside the app
 * that want to be the only ones. Let their calls carry the token by `fences`.
 *
 * @throws {Failure} Unavailable, from each method, when nobody serves the folder
 * @example
 * const lease = await keepLease(leasesAt('.heddle'), 'import', { ttlMs: 10_000, holder: 'importer', ports: createPorts() })
 * if ('signal' in lease) await callLocally(localSocketPath('.heddle'), 'shop.Import', {}, { fences: [lease] })
 */
export function leasesAt(folder: string, tenant = 'main'): LeaseStore {
  const socket = localSocketPath(folder)

  async function call<C extends AnyCommand>(command: C, input: InputFor<C>): Promise<ValueOf<C>> {
    const outcome = await callLocally(socket, command.name, input, { tenant })
    if (!outcome.ok) throw outcome.errors[0]
    return outcome.value as ValueOf<C>
  }

  return {
    acquire: (name, { ttlMs, holder }) => call(acquireLease, { name, ttlMs, holder }),
    renew: ({ name, token }, ttlMs) => call(renewLease, { name, token, ttlMs }),
    release: async ({ name, token }) => (await call(releaseLease, { name, token })).released,
    list: async (options = {}) => (await call(listLeases, options)).leases,
  }
}
