import type { LeaseProof } from '@heddle/core'
import { type Database, fenceOf, SecretRunRecord, systemTenant } from '@heddle/data'
import type { StoredRun } from '../run/run.ts'
import { decodeRun } from '../run/rows.ts'

/** How many runs one statement takes. */
const takeLimit = 200

/** What taking needs of the engine. */
export interface TakerHost {
  readonly database: Database
  /** Under which name runs are this process's, and what proves that they may be. */
  worker(): string
  fences(): readonly LeaseProof[]
  /** Runs may be this process's, although nobody was told which: the answer of the database was lost. */
  lost(): void
}

interface Ask {
  resolve(taken: StoredRun | undefined): void
  reject(thrown: unknown): void
}

/**
 * Takes runs from lanes from which other processes take as well. Which one it is the database says: what another process is
 * about to take is passed over, so that nobody waits for a run and loses it then. Whoever asks at a time for one of the same
 * lane is answered by one statement.
 */
export class Taker {
  readonly #host: TakerHost
  readonly #asks = new Map<string, Ask[]>()

  constructor(host: TakerHost) {
    this.#host = host
  }

  /** The first run of a lane, which is this process's now; undefined where all that are left are about to be somebody's. */
  next(lane: string): Promise<StoredRun | undefined> {
    return new Promise((resolve, reject) => {
      const asks = this.#asks.get(lane)
      if (asks) return void asks.push({ resolve, reject })
      this.#asks.set(lane, [{ resolve, reject }])
      // Everybody who asks in this turn of the event loop comes along.
      queueMicrotask(() => void this.#answer(lane))
      return undefined
    })
  }

  async #answer(lane: string): Promise<void> {
    for (;;) {
      const asks = this.#asks.get(lane)!.splice(0, takeLimit)
      if (asks.length === 0) {
        this.#asks.delete(lane)
        return
      }
      try {
        const taken = await this.#take(lane, asks.length)
        for (const [index, ask] of asks.entries()) ask.resolve(taken[index])
      } catch (thrown) {
        this.#host.lost()
        for (const ask of asks) ask.reject(thrown)
      }
    }
  }

  async #take(lane: string, limit: number): Promise<StoredRun[]> {
    const { database } = this.#host
    const fences = this.#host.fences().map((proof) => fenceOf(proof, systemTenant))
    const rows = await database.take!({
      table: SecretRunRecord.table,
      where: { kind: 'compare', column: 'lane', by: 'eq', value: lane },
      order: ['lane', 'rank'].map((column) => ({ column, descending: false })),
      limit,
      set: { state: 'running', worker: this.#host.worker(), lane: null, rank: null, wakeAt: null },
      counted: 'claims',
      fences,
    })
    return rows.map(({ tenant, row }) => ({ tenant, version: row[0], run: decodeRun(row) }))
  }
}
