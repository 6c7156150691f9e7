import { Waiting } from '../waiting.ts'

/** A message that came. */
export interface Message {
  readonly text: string
  readonly id?: string
  /** When it came. */
  readonly at: number
}

/** Messages that came and were not read yet: no more than a limit. */
export class Inbox {
  readonly #limit: number
  readonly #waiting: Waiting
  #messages: Message[] = []
  #received = 0
  #newest: string | undefined
  #room: (() => void) | undefined
  #failure: { readonly cause: unknown } | undefined

  /** @param limit how many wait at most */
  constructor(limit: number, signal: AbortSignal) {
    this.#limit = limit
    this.#waiting = new Waiting(signal)
  }

  get isOver(): boolean {
    return this.#waiting.isOver
  }

  get isFull(): boolean {
    return this.#messages.length >= this.#limit
  }

  get size(): number {
    return this.#messages.length
  }

  /** How many came. */
  get received(): number {
    return this.#received
  }

  /** The id of the newest message that has one. */
  get newest(): string | undefined {
    return this.#newest
  }

  add(message: Message): void {
    this.#messages.push(message)
    this.#received++
    this.#newest = message.id ?? this.#newest
    this.#waiting.wake()
  }

  /** Whoever reads is told of it, once everything before was read. */
  fail(cause: unknown): void {
    this.#failure = { cause }
    this.#waiting.wake()
  }

  /** Waits until there is room for more, or the end. */
  room(): Promise<void> {
    if (!this.isFull || this.isOver) return Promise.resolve()
    return new Promise((resolve) => {
      this.#room = resolve
    })
  }

  /** The next messages; undefined once it is closed. */
  async take(max: number): Promise<readonly Message[] | undefined> {
    while (!this.isOver) {
      if (this.#messages.length > 0) {
        const taken = this.#messages.splice(0, max)
        if (this.#messages.length <= this.#limit / 2) this.#tellRoom()
        return taken
      }
      if (this.#failure) throw this.#failure.cause
      await this.#waiting.wait()
    }
    return undefined
  }

  close(): void {
    this.#waiting.end()
    this.#tellRoom()
  }

  #tellRoom(): void {
    const tell = this.#room
    this.#room = undefined
    tell?.()
  }
}
