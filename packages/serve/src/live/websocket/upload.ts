import { type AnyFailure, systemFailure } from '@heddle/core'

/** One file on its way in. Its sender may be a window ahead of its reader, and is told as the reader goes on. */
export class Upload {
  readonly #windowBytes: number
  readonly #allow: (more: number) => void
  readonly #pieces: Buffer[] = []
  #waitingBytes = 0
  #readBytes = 0
  #ended: 'whole' | AnyFailure | undefined
  #wake: (() => void) | undefined

  /** @param allow tells the sender how many bytes more it may send */
  constructor(windowBytes: number, allow: (more: number) => void) {
    this.#windowBytes = windowBytes
    this.#allow = allow
  }

  /** The sender sent a piece. */
  add(piece: Buffer): void {
    if (this.#ended) return
    this.#waitingBytes += piece.byteLength
    if (this.#waitingBytes + this.#readBytes > this.#windowBytes) {
      this.#end(systemFailure('LimitReached', { limit: this.#windowBytes, name: 'live.window' }))
      return
    }
    this.#pieces.push(piece)
    this.#wake?.()
  }

  /** The sender has sent all of it. */
  finish(): void {
    this.#end('whole')
  }

  /** Nobody sends or reads it any more. */
  breakOff(): void {
    this.#end(systemFailure('MalformedInput', { format: 'file', reason: 'it broke off' }))
  }

  /** What comes, for one reader. @throws {Failure} MalformedInput where it breaks off, LimitReached */
  async *bytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece) {
        yield piece
        this.#wasRead(piece.byteLength)
      } else if (this.#ended === 'whole') return
      else if (this.#ended) throw this.#ended
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #wasRead(bytes: number): void {
    this.#waitingBytes -= bytes
    this.#readBytes += bytes
    // Told in halves of a window, so that the sender neither waits nor is told for each piece.
    if (this.#readBytes < this.#windowBytes / 2 || this.#ended) return
    this.#allow(this.#readBytes)
    this.#readBytes = 0
  }

  #end(how: 'whole' | AnyFailure): void {
    if (this.#ended) return
    this.#ended = how
    if (how !== 'whole') this.#pieces.length = 0
    this.#wake?.()
  }
}
