import type { Maybe } from '@heddle/core'

/** A question that many ask at once. Each gets an answer to a question that was asked after its own; there are two at most. */
export class SharedQuestion<Answer> {
  readonly #ask: () => Maybe<Answer>
  #now: Promise<Answer> | undefined
  #next: Promise<Answer> | undefined

  constructor(ask: () => Maybe<Answer>) {
    this.#ask = ask
  }

  ask(): Promise<Answer> {
    if (!this.#now) return this.#begin()
    const begin = () => this.#begin()
    return (this.#next ??= this.#now.then(begin, begin))
  }

  #begin(): Promise<Answer> {
    this.#next = undefined
    const asked = (async () => this.#ask())()
    this.#now = asked
    const end = () => {
      if (this.#now === asked) this.#now = undefined
    }
    asked.then(end, end)
    return asked
  }
}
