import { type Ports, sleep, uuidV7 } from '@heddle/core'
import { ownClaims } from '../database/claims.ts'
import type { Database } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import { createLeases } from '../lease/create-leases.ts'
import { keepLease } from '../lease/keep-lease.ts'
import { LeaseRecord } from '../lease/lease-record.ts'
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
    const lease = await keepLease(leases, leaseName(name), { ttlMs, holder, ports })
    if ('token' in lease) {
      const { token, signal } = lease
      return { fences: [{ name: lease.name, token, tenant: systemTenant }], signal, end: () => lease.release() }
    }
    await sleep(ports.timers, ttlMs / 3, stopping)
  }
}

/**
 * Whether another process reads under a name, where this one does not. One that was killed counts until its lease is
 * over.
 */
export async function isTurnTaken(database: Database, name: string): Promise<boolean> {
  // Nobody else has the database open.
  if (database.claims === ownClaims) return false
  const { table, codec } = LeaseRecord
  const [row] = await database.read(table, systemTenant, [leaseName(name)])
  if (!row) return false
  const { holder, until } = codec.decode(row) as RecordOf<typeof LeaseRecord>
  return holder !== undefined && until.getTime() > (await database.now())
}

const leaseName = (reader: string) => `reader ${reader}`
