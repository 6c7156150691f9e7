import type { Timers } from '@heddle/core'

/** The timers of one stretch of a reader's work: they end with it, and nothing fires after that. */
export class SessionTimers {
  readonly #timers: Timers
  readonly #cancels = new Set<() => void>()
  #stopped = false

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** @returns cancels it */
  after(delayMs: number, fire: () => void): () => void {
    if (this.#stopped) return () => {}
    const once = () => {
      this.#cancels.delete(cancel)
      fire()
    }
    const cancelTimer = this.#timers.after(delayMs, once, { background: true })
    const cancel = () => {
      this.#cancels.delete(cancel)
      cancelTimer()
    }
    this.#cancels.add(cancel)
    return cancel
  }

  every(delayMs: number, fire: () => void): void {
    this.after(delayMs, () => {
      fire()
      this.every(delayMs, fire)
    })
  }

  stop(): void {
    this.#stopped = true
    for (const cancel of this.#cancels) cancel()
  }
}
