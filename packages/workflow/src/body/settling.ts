/** Within how many turns of the microtask queue a body has said what it does with an answer. */
const restTurns = 12

/** Finds out when a body has come to rest: what it was told goes on within a few turns, and only then it asks for more. */
export class Settling {
  readonly #rested: () => void
  #turns = 0

  constructor(rested: () => void) {
    this.#rested = rested
  }

  /** Something was told or asked for: it counts the turns anew. */
  soon(): void {
    const isSettling = this.#turns > 0
    this.#turns = restTurns
    if (!isSettling) void this.#settle()
  }

  async #settle(): Promise<void> {
    while (this.#turns > 0) {
      this.#turns--
      await Promise.resolve()
    }
    this.#rested()
  }
}
