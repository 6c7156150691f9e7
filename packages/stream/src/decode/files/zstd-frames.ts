/**
 * Follows the frames of zstd (RFC 8878) in bytes that pass by. Node unpacks only the first one, and takes a file that
 * ends within it for a whole one; so where frames end is found here, by their headers and those of their blocks.
 */
export class ZstdFrames {
  // The header that is being read, and how long it is as far as that is known.
  #header: number[] = []
  #wanted = 4
  #state: 'magic' | 'descriptor' | 'skippable' | 'block' = 'magic'
  #hasChecksum = false
  /** Bytes that pass by before the next header. */
  #toPass = 0
  /** Whether the frame ends once those have passed. */
  #isLast = false

  /** Whether nothing of a frame has come, or all of it. */
  get isBetween(): boolean {
    return this.#state === 'magic' && this.#header.length === 0 && this.#toPass === 0
  }

  /**
   * Passes over bytes, at most to the end of a frame.
   *
   * @returns how many were passed
   * @throws {Error} where they are no zstd
   */
  pass(bytes: Uint8Array): number {
    let at = 0
    while (at < bytes.length) {
      if (this.#toPass > 0) {
        const passed = Math.min(this.#toPass, bytes.length - at)
        at += passed
        this.#toPass -= passed
        if (this.#toPass > 0) return at
        if (this.#isLast) return this.#end(at)
        continue
      }
      this.#header.push(bytes[at++]!)
      if (this.#header.length === this.#wanted && this.#take(this.#header)) return at
    }
    return at
  }

  #end(at: number): number {
    this.#isLast = false
    this.#expect('magic', 4)
    return at
  }

  #expect(state: 'magic' | 'descriptor' | 'skippable' | 'block', length: number): void {
    this.#state = state
    this.#wanted = length
    this.#header = []
  }

  /** Reads a whole header. Gives back whether the frame ends with it. */
  #take(header: readonly number[]): boolean {
    const number = header.reduceRight((sum, byte) => sum * 256 + byte, 0)
    if (this.#state === 'magic') {
      if (number === 0xfd2fb528) this.#expect('descriptor', 1)
      else if (number >= 0x184d2a50 && number <= 0x184d2a5f) this.#expect('skippable', 4)
      else throw new Error('what stands there is no frame of zstd')
      return false
    }
    if (this.#state === 'descriptor') {
      const isSingle = (number & 32) !== 0
      this.#hasChecksum = (number & 4) !== 0
      const size = [isSingle ? 1 : 0, 2, 4, 8][number >> 6]!
      const dictionary = [0, 1, 2, 4][number & 3]!
      this.#expect('block', 3)
      this.#toPass = (isSingle ? 0 : 1) + dictionary + size
      return false
    }
    if (this.#state === 'skippable') {
      this.#toPass = number
      this.#isLast = true
    } else {
      const isRepeated = ((number >> 1) & 3) === 1
      this.#isLast = (number & 1) === 1
      this.#toPass = (isRepeated ? 1 : number >> 3) + (this.#isLast && this.#hasChecksum ? 4 : 0)
      this.#header = []
    }
    if (!this.#isLast || this.#toPass > 0) return false
    this.#end(0)
    return true
  }
}
