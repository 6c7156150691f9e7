/** Holds what can be let go. */
export interface Sweepable {
  /**
   * Lets go of what was not used since the hand came by the last time, until the budget is kept or the hand is at the end.
   *
   * @param isAsking whether it makes room for itself, so that nobody works on its key
   */
  sweep(isAsking: boolean): void
}

/** How far below the limit a sweep goes: what it writes, it writes in the order of the keys, so large sweeps are cheap. */
const goal = 0.75

/** How much of a task's state is in memory, in estimated bytes; what was not used lately goes first (second chance). */
export class Budget {
  readonly limit: number
  used = 0
  #holders: Sweepable[] = []
  #hand = 0

  constructor(limit: number) {
    this.limit = limit
  }

  add(holder: Sweepable): void {
    this.#holders.push(holder)
  }

  clear(): void {
    this.#holders = []
    this.used = 0
  }

  get isKept(): boolean {
    return this.used <= this.limit * goal
  }

  makeRoom(asking: Sweepable): void {
    // Two rounds: in the first, what was used lately only loses its mark.
    for (let visited = 0; visited <= 2 * this.#holders.length && !this.isKept; visited++) {
      const holder = this.#holders[this.#hand % this.#holders.length]!
      holder.sweep(holder === asking)
      if (!this.isKept) this.#hand++
    }
  }
}
