/** How often the thread looks for more before it sleeps, some 40 ns each: for about as long as it takes to wake it. */
const looks = 3000
/** After how many lone units in vain at most it tries again. */
const longestPause = 64

/**
 * Keeps the thread that writes awake for a moment where that pays. Whoever does one thing after the other, each durable
 * before the next, comes again within a fraction of a millisecond, and to wake a thread takes longer than a transaction. So
 * after a lone unit the next is waited for awake. When it does not come, that is tried again only after twice as many units
 * as the time before. Where many come at a time there is no need for it.
 */
export class Patience {
  #pause = 0
  #left = 0

  /** What comes soon after so many units were answered, where it is worth to wait for it. */
  next<Message>(units: number, look: () => Message | undefined): Message | undefined {
    if (units !== 1) return undefined
    if (this.#left > 0) {
      this.#left--
      return undefined
    }
    for (let index = 0; index < looks; index++) {
      const found = look()
      if (found === undefined) continue
      this.#pause = 0
      return found
    }
    this.#pause = Math.min(this.#pause * 2 || 1, longestPause)
    this.#left = this.#pause
    return undefined
  }
}
