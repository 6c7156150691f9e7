import type { ReadConnection } from './read-connection.ts'

/**
 * Lets the reads of one turn of the event loop share a read transaction, because beginning one costs several times what
 * a read by key does.
 *
 * They still see the newest state that anybody can know of: what the writer commits meanwhile is acknowledged in a later
 * turn, and who acknowledges, or reads past this one, ends it first.
 */
export class Turn {
  readonly #connection: ReadConnection
  /** Reads since the turn began. The first begins nothing, so that one that stays alone costs no more. */
  #reads = 0
  #isHeld = false
  readonly #onMicrotask = () => process.nextTick(this.#onTick)
  readonly #onTick = () => {
    this.end()
    this.#reads = 0
  }

  constructor(connection: ReadConnection) {
    this.#connection = connection
  }

  /** Says that so many reads follow at once. */
  reading(reads: number): void {
    // The tick comes after every microtask that still wants to read.
    if (this.#reads === 0) queueMicrotask(this.#onMicrotask)
    this.#reads += reads
    if (this.#isHeld || this.#reads < 2) return
    this.#connection.run('BEGIN')
    this.#isHeld = true
  }

  /** Lets the next read see what was committed since. */
  end(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#connection.run('COMMIT')
  }
}
