import type { Ports, Principal } from '@heddle/core'
import type { StoredRun } from '../run/run.ts'

/** Whom runs act as. They keep a principal's id; what it may is found out whenever one goes on. */
export class Principals {
  readonly #ports: Ports
  readonly #known = new Map<string, Principal>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Finds out whom a run acts as. Says why it may not, if it may not. */
  async resolve({ tenant, run }: StoredRun): Promise<string | undefined> {
    if (run.principal === undefined) return undefined
    const { isUnlisted } = run.facts
    const listed = await this.#ports.principals.resolve(run.principal, tenant)
    const principal = listed ?? (isUnlisted ? { id: run.principal, tenant, permissions: [] } : undefined)
    if (!principal) return `Denied: the principal ${run.principal} is not known any more`
    this.#known.set(run.id, principal)
    return undefined
  }

  of(run: string): Principal | undefined {
    return this.#known.get(run)
  }

  forget(run: string): void {
    this.#known.delete(run)
  }
}
