const bitsPerLine = 10
const probes = 7

/** Says that a run has no line of a key without looking into it: a Bloom filter with about one wrong "maybe" in a hundred. */
export class Filter {
  readonly #bits: Uint32Array
  readonly #size: number

  /** @param lines how many there will be at most */
  constructor(lines: number) {
    this.#bits = new Uint32Array(Math.ceil((Math.max(lines, 1) * bitsPerLine) / 32))
    this.#size = this.#bits.length * 32
  }

  get bytes(): number {
    return this.#bits.byteLength
  }

  add(probe: number): void {
    const bits = this.#bits
    const share = this.#size / 2 ** 32
    const step = stepOf(probe)
    for (let turn = 0, next = probe; turn < probes; turn++, next += step) {
      const at = Math.floor((next >>> 0) * share)
      bits[at >>> 5]! |= 1 << (at & 31)
    }
  }

  has(probe: number): boolean {
    const bits = this.#bits
    const share = this.#size / 2 ** 32
    const step = stepOf(probe)
    for (let turn = 0, next = probe; turn < probes; turn++, next += step) {
      const at = Math.floor((next >>> 0) * share)
      if ((bits[at >>> 5]! & (1 << (at & 31))) === 0) return false
    }
    return true
  }
}

const stepOf = (probe: number): number => Math.imul(probe ^ (probe >>> 15), 0x85ebca6b) | 1
