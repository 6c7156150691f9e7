import type { LeaseProof, Ports } from '@heddle/core'
import { createLeases, type Database, keepLease, ownClaims, systemTenant } from '@heddle/data'

/** The name under which runs are this process's, and what proves that it still is. */
export interface Worker {
  readonly id: string
  readonly fences: readonly LeaseProof[]
  /** Whether no other process can have the database open: then everything else that runs stand under is dead. */
  readonly isAlone: boolean
  release(): Promise<void>
}

/** A lease is held by whoever works under a name: those who die lose it, and with it the right to write. */
export const leaseOf = (worker: string): string => `worker ${worker}`

/**
 * Begins to work under a new name.
 *
 * @param ttlMs how long it may be silent before others go on with its runs
 * @param lost runs when others may think that this process is dead
 */
export async function beginWork(database: Database, ports: Ports, ttlMs: number, lost: () => void): Promise<Worker> {
  // Short, since it stands in the row of each run and in an index.
  const id = Buffer.from(ports.random.bytes(9)).toString('base64url')
  if (database.claims === ownClaims) return { id, fences: [], isAlone: true, release: async () => undefined }
  const leases = createLeases(database, systemTenant)
  const lease = await keepLease(leases, leaseOf(id), { ttlMs, holder: id, ports, onLost: lost })
  if (!('token' in lease)) throw new Error(`${leaseOf(id)} is held by ${lease.holder}`)
  const fences = [{ name: lease.name, token: lease.token, tenant: systemTenant }]
  return { id, fences, isAlone: false, release: () => lease.release() }
}

/**
 * Takes the right to write away from a worker whose lease is over.
 *
 * @returns what proves it, or undefined while the worker is alive
 */
export async function outlive(
  database: Database,
  own: string,
  other: string,
  ttlMs: number,
): Promise<readonly LeaseProof[] | undefined> {
  const name = leaseOf(other)
  const taken = await createLeases(database, systemTenant).acquire(name, { ttlMs, holder: own })
  return taken.acquired ? [{ name, token: taken.token, tenant: systemTenant }] : undefined
}
