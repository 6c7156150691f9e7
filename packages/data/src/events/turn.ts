import { type Ports, sleep, uuidV7 } from '@heddle/core'
import { ownClaims } from '../database/claims.ts'
import type { Database } from '../database/database.ts'
import { createLeases } from '../lease/create-leases.ts'
import { keepLease } from '../lease/keep-lease.ts'
import { systemTenant } from '../system/entities.ts'
import type { Turn } from './reader-life.ts'

/** How long the lease of a reader is held without a renewal (limit `reader.lease`). Others look a third of it apart. */
const ttlMs = 15_000

/** The only process that has the database open has every turn. */
const ownTurn: Turn = { fences: undefined, signal: new AbortController().signal, end: async () => undefined }

/**
 * Waits until this process is the one that reads under a name.
 *
 * @throws the signal's reason
 */
export async function takeTurn(database: Database, ports: Ports, name: string, stopping: AbortSignal): Promise<Turn> {
  if (database.claims === ownClaims) return ownTurn
  const leases = createLeases(database, systemTenant)
  const holder = uuidV7(ports.clock, ports.random)
  for (;;) {
    stopping.throwIfAborted()
    const lease = await keepLease(leases, `reader ${name}`, { ttlMs, holder, ports })
    if ('token' in lease) {
      const { token, signal } = lease
      return { fences: [{ name: lease.name, token, tenant: systemTenant }], signal, end: () => lease.release() }
    }
    await sleep(ports.timers, ttlMs / 3, stopping)
  }
}
