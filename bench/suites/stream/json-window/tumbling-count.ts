import { type Counted, digestOf, windowMs } from './records.ts'

/** A tumbling count by user, by hand: times come in order, so that one window is open at a time. */
export class TumblingCount {
  #start = -1
  #counts = new Map<string, number>()
  #results = 0
  #sales = 0
  #digest = 0

  add(user: string, at: number): void {
    const start = at - (at % windowMs)
    if (start !== this.#start) this.#close(start)
    this.#counts.set(user, (this.#counts.get(user) ?? 0) + 1)
  }

  end(): Counted {
    this.#close(-1)
    return { results: this.#results, sales: this.#sales, digest: this.#digest }
  }

  #close(next: number): void {
    for (const [user, count] of this.#counts) {
      this.#results++
      this.#sales += count
      this.#digest += digestOf(this.#start, user, count)
    }
    this.#counts = new Map()
    this.#start = next
  }
}
