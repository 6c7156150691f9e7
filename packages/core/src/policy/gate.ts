import { systemFailure } from '../error/failure.ts'
import type { Maybe } from '../ports/maybe.ts'

/** Lets a number of calls in at a time; the others wait in the order in which they came. */
export class Gate {
  readonly #places: number
  readonly #queue: number
  readonly #waiting = new Set<() => void>()
  #inside = 0

  constructor(places: number, queue: number) {
    this.#places = places
    this.#queue = queue
  }

  /**
   * Answers at once where there is a place. Whoever gives up waiting calls `leave` of what `enter` was given.
   *
   * @throws {Failure} LimitReached, when too many wait
   */
  enter(name: string, within: (turn: Promise<void>) => Maybe<void>): Maybe<void> {
    if (this.#inside < this.#places) {
      this.#inside++
      return undefined
    }
    if (this.#waiting.size >= this.#queue) {
      throw systemFailure('LimitReached', { name, limit: this.#places + this.#queue })
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    return this.#turn(promise, resolve, within)
  }

  async #turn(turn: Promise<void>, resolve: () => void, within: (turn: Promise<void>) => Maybe<void>): Promise<void> {
    try {
      await within(turn)
    } catch (thrown) {
      // Cut short: either it still waits, or its turn came in the same moment and goes to the next.
      if (!this.#waiting.delete(resolve)) this.leave()
      throw thrown
    }
  }

  /** Hands the place to the next, or gives it back. */
  leave(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#inside--
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
