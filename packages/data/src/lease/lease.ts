import type { LeaseProof } from '@heddle/core'

/** A time-bound right, and the growing number that proves that it is still held. */
export interface Lease {
  readonly name: string
  readonly holder: string
  /** Grows with each change of holder. */
  readonly token: number
  /** Since when it is held, UTC in milliseconds on the database's clock. */
  readonly since: number
  /** When others may take it, UTC in milliseconds on the database's clock. */
  readonly expiresAt: number
}

/** The lease, or who has it. */
export type Acquired =
  | ({ readonly acquired: true } & Lease)
  | ({ readonly acquired: false } & Pick<Lease, 'name' | 'holder' | 'expiresAt'>)

/** Who wants a lease, and for how long. */
export interface AcquireOptions {
  /** Up to a day. */
  readonly ttlMs: number
  /** Who holds it, e.g. a process or a worker. Asked again under the same name, it gets the lease that it has. */
  readonly holder: string
}

/** Leases of one tenant. Every time is on the clock of the database, so nobody's own clock matters. */
export interface LeaseStore {
  /** @throws {Failure} InvalidOption */
  acquire(name: string, options: AcquireOptions): Promise<Acquired>
  /**
   * Holds on to a lease for longer. One that has expired but that nobody took is held again.
   *
   * @throws {Failure} LeaseLost, InvalidOption
   */
  renew(proof: LeaseProof, ttlMs: number): Promise<Lease>
  /** Gives a lease back. False when it was no longer held. */
  release(proof: LeaseProof): Promise<boolean>
  /** The leases that are held now, by name. */
  list(options?: { readonly after?: string; readonly limit?: number }): Promise<readonly Lease[]>
}
