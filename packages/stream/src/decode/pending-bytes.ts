/**
 * The bytes that came and were not decoded yet, in one piece of memory that is used again: new memory for each chunk is
 * not only got and given back, it also has the garbage collector run, on other cores too.
 *
 * @example
 * pending.add(chunk)
 * const { consumed } = decoder.decode(pending.bytes, 0, 1_000, false)
 * pending.drop(consumed)
 */
export class PendingBytes {
  #memory: Buffer
  #from = 0
  #to = 0

  /** @param size how much fits at first, in bytes; it grows with the longest line */
  constructor(size = 128 * 1024) {
    this.#memory = Buffer.allocUnsafeSlow(size)
  }

  /** What is there, valid until the next `add`. */
  get bytes(): Buffer {
    return this.#memory.subarray(this.#from, this.#to)
  }

  get length(): number {
    return this.#to - this.#from
  }

  /** Copies a chunk behind what is there. */
  add(chunk: Uint8Array): void {
    this.room(chunk.length).set(chunk)
    this.filled(chunk.length)
  }

  /** Memory behind what is there, to read into; `filled` says how much of it came. */
  room(length: number): Buffer {
    if (this.#to + length > this.#memory.length) this.#makeRoom(length)
    return this.#memory.subarray(this.#to, this.#to + length)
  }

  filled(length: number): void {
    this.#to += length
  }

  /** Forgets the first bytes: they are decoded. */
  drop(length: number): void {
    this.#from += length
    if (this.#from === this.#to) this.#from = this.#to = 0
  }

  #makeRoom(length: number): void {
    const kept = this.length
    if (kept + length > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow((kept + length) * 2)
      this.#memory.copy(larger, 0, this.#from, this.#to)
      this.#memory = larger
    } else this.#memory.copyWithin(0, this.#from, this.#to)
    this.#from = 0
    this.#to = kept
  }
}
