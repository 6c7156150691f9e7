/** What became of one piece of work: it is done, or its lane stands still for so long. */
export type Handled = 'done' | { readonly pauseMs: number }

/** What lanes need of the world. */
export interface LanesOptions<Item> {
  readonly concurrency: number
  /** Works on the first item of a lane. It must not throw. */
  readonly work: (item: Item) => Promise<Handled>
  readonly onDone: (item: Item) => void
  /** Calls after a time. */
  readonly after: (delayMs: number, fire: () => void) => void
}

/**
 * Work in lanes: within a lane one item after the other, over the lanes so many at a time. A lane that pauses keeps
 * nobody else waiting, and a long one takes turns with the others.
 */
export class Lanes<Item> {
  readonly #options: LanesOptions<Item>
  readonly #lanes = new Map<string, Item[]>()
  readonly #ready: string[] = []
  #working = 0
  #stopped = false
  #onRest: (() => void) | undefined

  constructor(options: LanesOptions<Item>) {
    this.#options = options
  }

  add(lane: string, item: Item): void {
    const items = this.#lanes.get(lane)
    if (items) return void items.push(item)
    this.#lanes.set(lane, [item])
    this.#ready.push(lane)
    this.#start()
  }

  /** Begins nothing more. Resolves when what runs has ended. */
  stop(): Promise<void> {
    this.#stopped = true
    return this.#working === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onRest = resolve))
  }

  #start(): void {
    while (!this.#stopped && this.#working < this.#options.concurrency && this.#ready.length > 0) {
      this.#working++
      void this.#turn(this.#ready.shift()!)
    }
  }

  async #turn(lane: string): Promise<void> {
    const items = this.#lanes.get(lane)!
    const handled = await this.#options.work(items[0]!)
    this.#working--
    if (handled === 'done') {
      const done = items.shift()!
      if (items.length === 0) this.#lanes.delete(lane)
      else this.#ready.push(lane)
      this.#options.onDone(done)
    } else {
      this.#options.after(handled.pauseMs, () => {
        this.#ready.push(lane)
        this.#start()
      })
    }
    if (this.#working === 0) this.#onRest?.()
    this.#start()
  }
}
