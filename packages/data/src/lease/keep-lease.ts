import { type Clock, Failure, type LeaseProof, systemFailure, type Timers } from '@heddle/core'
import type { Lease, LeaseStore } from './lease.ts'

/** How a lease is kept. */
export interface KeepLeaseOptions {
  readonly ttlMs: number
  readonly holder: string
  /** Those of the app: `app.ports`. */
  readonly ports: { readonly clock: Clock; readonly timers: Timers }
  /** Calls when the lease is lost. */
  readonly onLost?: (reason: unknown) => void
}

/** A lease that is renewed in time until it is given back or lost. */
export interface KeptLease extends LeaseProof {
  /** Aborts when the lease is lost, or when it has not been renewed for so long that others may have it. */
  readonly signal: AbortSignal
  /** Stops renewing and gives it back. */
  release(): Promise<void>
}

/**
 * Acquires a lease and renews it whenever a third of its time has passed. It counts as lost as soon as its time is over
 * without an answer, measured from before the last renewal was sent: the database's clock can only be later.
 *
 * A process that is stopped notices nothing in time; so let each write carry the token as well, with `guard` in a
 * command or `fences` in the options of a call.
 *
 * @returns the lease, or who has it
 * @throws {Failure} InvalidOption, Unavailable
 * @example
 * const lease = await keepLease(leasesOf(app), 'nightly-import', { ttlMs: 10_000, holder: 'worker-1', ports: app.ports })
 * if ('token' in lease) await importAll({ signal: lease.signal, fences: [lease] })
 */
export async function keepLease(
  leases: LeaseStore,
  name: string,
  { ttlMs, holder, ports: { clock, timers }, onLost }: KeepLeaseOptions,
): Promise<KeptLease | Pick<Lease, 'name' | 'holder' | 'expiresAt'>> {
  let sentAt = clock.now()
  const acquired = await leases.acquire(name, { ttlMs, holder })
  if (!acquired.acquired) return acquired
  const { token } = acquired
  const lost = new AbortController()
  let stopped = false
  let cancelRenewal = () => {}
  let cancelEnd = () => {}
  let renewing: Promise<void> = Promise.resolve()
  arm()

  return {
    name,
    token,
    signal: lost.signal,
    async release() {
      stop()
      await renewing
      await leases.release({ name, token })
    },
  }

  function arm(): void {
    const left = Math.max(0, sentAt + ttlMs - clock.now())
    cancelEnd()
    cancelEnd = timers.after(left, () => lose(systemFailure('LeaseLost', { lease: name, token })), { background: true })
    cancelRenewal = timers.after(Math.min(left, ttlMs / 3), () => (renewing = renew()), { background: true })
  }

  async function renew(): Promise<void> {
    const sending = clock.now()
    try {
      await leases.renew({ name, token }, ttlMs)
      sentAt = sending
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.code === 'LeaseLost') lose(thrown)
      // Anything else may pass before the time is over: the next turn tries again.
    }
    if (!stopped) arm()
  }

  function lose(reason: unknown): void {
    if (stopped) return
    stop()
    lost.abort(reason)
    onLost?.(reason)
  }

  function stop(): void {
    stopped = true
    cancelRenewal()
    cancelEnd()
  }
}
