import type { Ports } from '@heddle/core'
import type { StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'

/** After how long a run that was to be begun, and was not, is looked for, in milliseconds. */
const patienceMs = 10_000

/**
 * Runs whose rows were made and of which nothing was heard since. Most come to nothing with the command that asked for
 * them; but where the answer of a commit was lost on its way, there is a run that nobody would begin.
 */
export class Unborn {
  readonly #store: RunStore
  readonly #ports: Ports
  readonly #found: (stored: StoredRun) => void
  readonly #expected = new Map<string, { readonly tenant: string; readonly since: number }>()
  #isArmed = false

  constructor(store: RunStore, ports: Ports, found: (stored: StoredRun) => void) {
    this.#store = store
    this.#ports = ports
    this.#found = found
  }

  expect(tenant: string, run: string): void {
    this.#expected.set(run, { tenant, since: this.#ports.clock.now() })
    this.#arm()
  }

  begun(run: string): void {
    this.#expected.delete(run)
  }

  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    this.#ports.timers.after(patienceMs, () => void this.#look(), { background: true })
  }

  async #look(): Promise<void> {
    const before = this.#ports.clock.now() - patienceMs
    for (const [run, { tenant, since }] of this.#expected) {
      // They stand in the order in which they were asked for.
      if (since > before) break
      try {
        const stored = await this.#store.read(tenant, run)
        if (this.#expected.delete(run) && stored) this.#found(stored)
      } catch {
        // The database does not answer: the next look finds it.
        break
      }
    }
    this.#isArmed = false
    if (this.#expected.size > 0) this.#arm()
  }
}
