import type { Cancel, Timers } from '@heddle/core'

/** Beats for all connections by one timer, each time one after another. */
export class Heartbeats {
  readonly #timers: Timers
  readonly #everyMs: number
  readonly #beats = new Set<() => void>()
  #cancel: Cancel | undefined

  constructor(timers: Timers, everyMs: number) {
    this.#timers = timers
    this.#everyMs = everyMs
  }

  /** Answers with the way to stop. */
  add(beat: () => void): () => void {
    this.#beats.add(beat)
    this.#cancel ??= this.#schedule()
    return () => {
      this.#beats.delete(beat)
      if (this.#beats.size > 0) return
      this.#cancel?.()
      this.#cancel = undefined
    }
  }

  #schedule(): Cancel {
    const beatAll = () => {
      for (const beat of this.#beats) beat()
      this.#cancel = this.#schedule()
    }
    return this.#timers.after(this.#everyMs, beatAll, { background: true })
  }
}
