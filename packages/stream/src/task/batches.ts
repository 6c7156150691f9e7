import type { Random } from '@heddle/core'
import type { TaskSettings } from './task-spec.ts'

/** The least number of records of a batch, so that a slow step does not make each record a batch of its own. */
const least = 16

/** How large the next batch is: as large as the time for one allows. */
export class Batches {
  readonly #settings: TaskSettings
  readonly #random: Random | undefined
  #size = 256
  #yieldedAt = 0

  constructor(settings: TaskSettings, random: Random | undefined) {
    this.#settings = settings
    this.#random = random
  }

  get size(): number {
    if (this.#random) return 1 + Math.floor(this.#random.next() * Math.min(500, this.#settings.batch))
    return Math.min(this.#size, this.#settings.batch)
  }

  took(count: number, ms: number): void {
    const { latencyMs, batch } = this.#settings
    if (ms > latencyMs) this.#size = Math.max(least, this.#size >> 1)
    else if (ms < latencyMs / 2 && count >= this.#size) this.#size = Math.min(batch, this.#size * 2)
  }

  /** Whether others of this thread have waited long enough. */
  mayYield(now: number): boolean {
    if (now - this.#yieldedAt < this.#settings.latencyMs) return false
    this.#yieldedAt = now
    return true
  }
}
