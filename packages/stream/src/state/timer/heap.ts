/** A binary heap: the least of what was put in comes out first. */
export class Heap<Item> {
  readonly items: Item[]
  readonly #isLess: (a: Item, b: Item) => boolean

  constructor(isLess: (a: Item, b: Item) => boolean, items: Item[] = []) {
    this.#isLess = isLess
    this.items = items
    for (let at = (items.length >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  get first(): Item | undefined {
    return this.items[0]
  }

  push(item: Item): void {
    const { items } = this
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#isLess(item, items[above]!)) break
      items[at] = items[above]!
      at = above
    }
    items[at] = item
  }

  pop(): Item | undefined {
    const { items } = this
    const first = items[0]
    const last = items.pop()
    if (items.length > 0) {
      items[0] = last!
      this.#sink(0)
    }
    return first
  }

  #sink(start: number): void {
    const { items } = this
    const item = items[start]!
    let at = start
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && this.#isLess(items[below + 1]!, items[below]!)) below++
      if (!this.#isLess(items[below]!, item)) break
      items[at] = items[below]!
      at = below
    }
    items[at] = item
  }
}
