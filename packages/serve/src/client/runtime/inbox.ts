/** What has come and was not yet taken, in its order. */
export class Inbox<Item> {
  readonly #items: Item[] = []
  #isEnded = false
  #wake: (() => void) | undefined

  put(item: Item): void {
    this.#items.push(item)
    this.#wake?.()
  }

  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  /** Waits for the next one; undefined behind the last. */
  async next(): Promise<Item | undefined> {
    while (this.#items.length === 0 && !this.#isEnded) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.#items.shift()
  }
}
