import type { LeaseProof, Ports } from '@heddle/core'
import { Taker } from '../queue/taker.ts'
import type { StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { taken } from '../run/states.ts'
import { activeLimit, retryMs } from './limits.ts'
import type { RunWriter } from './run-writer.ts'

/** What claims need of the engine. */
export interface ClaimsHost {
  readonly store: RunStore
  readonly writer: RunWriter
  readonly ports: Pick<Ports, 'timers' | 'log'>
  worker(): string
  fences(): readonly LeaseProof[]
  /** Lets go of a run that may be this process's. */
  letGo(stored: StoredRun, trouble: string): void
  /** A run stands there as this process's. */
  found(stored: StoredRun): void
}

/** Makes runs this process's before it begins them. */
export class Claims {
  readonly #host: ClaimsHost
  readonly #taker: Taker | undefined

  constructor(host: ClaimsHost) {
    this.#host = host
    const { database } = host.store
    if (!database.take) return
    const { worker, fences } = host
    this.#taker = new Taker({ database, worker, fences, lost: () => this.#lookLater() })
  }

  /**
   * Claims a run as it was read, or the next one of its lane where others take from that, too.
   *
   * @param isNext whether any run of its lane will do
   * @returns undefined when somebody else was faster
   */
  async claim(stored: StoredRun, isNext: boolean): Promise<StoredRun | undefined> {
    const { lane } = stored.run
    if (isNext && this.#taker && lane !== undefined) return this.#taker.next(lane)
    const { writer, worker, fences, letGo } = this.#host
    const run = taken(stored.run, worker())
    try {
      return await writer.claim(stored, run, fences())
    } catch (thrown) {
      // The answer may have been lost on its way, although it is this process's now.
      letGo({ ...stored, run }, (thrown as Error).message)
      throw thrown
    }
  }

  /** Finds runs that were taken although the answer was lost: nobody else goes on with them. */
  #lookLater(): void {
    const { store, ports, worker, found } = this.#host
    const look = async () => {
      const where = { kind: 'compare', column: 'worker', by: 'eq', value: worker() } as const
      try {
        for (const stored of await store.across('worker', where, 2 * activeLimit)) found(stored)
      } catch (thrown) {
        ports.log.write('warning', 'runs of this process could not be looked for', { reason: String(thrown) })
        this.#lookLater()
      }
    }
    ports.timers.after(retryMs, () => void look(), { background: true })
  }
}
