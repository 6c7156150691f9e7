/** Calls and how many of them failed. */
export interface Tally {
  readonly calls: number
  readonly failures: number
}

const sliceCount = 10

/**
 * Counts calls of the last while in ten slices: what is older leaves a tenth at a time, and counting costs the same
 * however many calls there are.
 */
export class RollingWindow {
  readonly #sliceMs: number
  readonly #calls = new Float64Array(sliceCount)
  readonly #failures = new Float64Array(sliceCount)
  #slice = -Infinity

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / sliceCount
  }

  add(nowMs: number, hasFailed: boolean): void {
    this.#moveTo(nowMs)
    const index = this.#slice % sliceCount
    this.#calls[index]!++
    if (hasFailed) this.#failures[index]!++
  }

  tally(nowMs: number): Tally {
    this.#moveTo(nowMs)
    let [calls, failures] = [0, 0]
    for (let index = 0; index < sliceCount; index++) {
      calls += this.#calls[index]!
      failures += this.#failures[index]!
    }
    return { calls, failures }
  }

  clear(): void {
    this.#calls.fill(0)
    this.#failures.fill(0)
  }

  /** Empties the slices that have become too old. A clock that was set back counts in the newest slice. */
  #moveTo(nowMs: number): void {
    const slice = Math.max(this.#slice, Math.floor(nowMs / this.#sliceMs))
    const passed = Math.min(sliceCount, slice - this.#slice)
    for (let step = 0; step < passed; step++) {
      const index = (slice - step) % sliceCount
      this.#calls[index] = this.#failures[index] = 0
    }
    this.#slice = slice
  }
}
