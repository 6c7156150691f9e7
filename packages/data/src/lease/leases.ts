import { Defect, type LeaseProof, type OpenApp, type Port, type PortScope, type Ports } from '@heddle/core'
import { DataTransactions } from '../unit/data-transactions.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { createLeases } from './create-leases.ts'
import type { LeaseStore } from './lease.ts'

/** Leases within a command. */
export interface CommandLeases extends LeaseStore {
  /**
   * Lets the call's commit succeed only if the lease is still held with this token; otherwise it writes nothing and ends
   * with `LeaseLost`. The commit looks, not this call, so nothing can come in between.
   */
  guard(proof: LeaseProof): void
}

/**
 * The port through which commands take leases and prove that they hold them. Taking and giving back happens at once and
 * is not undone when the command fails.
 *
 * @example
 * // in a command with uses: [Leases, Batches]
 * ctx.use(Leases).guard({ name: 'nightly-import', token: input.token })
 */
export const Leases: Port<CommandLeases> = {
  kind: 'port',
  name: 'heddle.Leases',
  external: false,
  bind(scope: PortScope): CommandLeases {
    const unit = dataUnit(scope, 'heddle.Leases')
    const { acquire, renew, release, list } = createLeases(unit.database, unit.tenant)
    const writing = () => {
      if (unit.mode === 'query') throw new Defect('QueryWrote', { command: scope.command })
    }
    return {
      async acquire(name, options) {
        writing()
        return acquire(name, options)
      },
      async renew(proof, ttlMs) {
        writing()
        return renew(proof, ttlMs)
      },
      async release(proof) {
        writing()
        return release(proof)
      },
      list,
      guard: ({ name, token }) => unit.fence({ name, token }),
    }
  },
}

/**
 * The leases of an app's database, for code outside of commands.
 *
 * @throws {Defect} MissingPart when the app has no database
 * @example const lease = await leasesOf(bank).acquire('nightly-import', { ttlMs: 10_000, holder: 'worker-1' })
 */
export function leasesOf(app: Pick<OpenApp, 'ports'> | { readonly ports: Ports }, tenant = 'main'): LeaseStore {
  const { transactions } = app.ports
  if (transactions instanceof DataTransactions) return createLeases(transactions.database, tenant)
  throw new Defect('MissingPart', { name: 'heddle.Leases', missing: 'a database' })
}
