/** Numbers from a seed, so that a failing case can be made again (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number below 2³². */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  below(limit: number): number {
    return this.bits() % limit
  }

  chance(part: number): boolean {
    return this.bits() / 2 ** 32 < part
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
}
