import type { MessagePort, Worker } from 'node:worker_threads'
import { carryDecimals, readDecimals } from './carried-decimals.ts'
import { type CarriedError, carriedError, carryError } from './carried-error.ts'

/** What one side lets the other one do. */
export type Deeds = Readonly<Record<string, (...given: never[]) => unknown>>

type Message = (
  | { readonly deed: string; readonly given: readonly unknown[]; readonly id?: number }
  | { readonly answers: number; readonly value?: unknown; readonly error?: CarriedError }
) & {
  /** Whether it holds decimals. */
  readonly decimals?: true
}

interface Waiting {
  resolve(value: unknown): void
  reject(cause: unknown): void
}

/**
 * Lets two threads ask each other. What is given and answered is plain data, which is copied, and decimals; what is thrown
 * arrives with its code. Nothing here bounds how much is on its way: whoever asks waits for the answer before it asks for more.
 */
export class Wire<Theirs extends Deeds> {
  readonly #port: MessagePort | Worker
  readonly #own: Deeds
  readonly #failed: (thrown: unknown) => void
  readonly #waiting = new Map<number, Waiting>()
  #last = 0
  #over: { readonly cause: unknown } | undefined

  /**
   * @param own what the other side may ask for
   * @param failed hears of what is thrown where nobody waits for an answer
   */
  constructor(port: MessagePort | Worker, own: Deeds, failed: (thrown: unknown) => void) {
    this.#port = port
    this.#own = own
    this.#failed = failed
    port.on('message', (message: Message) => void this.#receive(message))
  }

  /** Asks the other side, and waits for its answer. @throws what it throws */
  ask<Name extends string & keyof Theirs>(
    name: Name,
    ...given: Parameters<Theirs[Name]>
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    if (this.#over) return Promise.reject(this.#over.cause as Error)
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      // What cannot be copied is thrown here.
      this.#post({ deed: name, given, id })
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
    })
  }

  /** Lets the other side know, and waits for nothing. */
  tell<Name extends string & keyof Theirs>(name: Name, ...given: Parameters<Theirs[Name]>): void {
    if (!this.#over) this.#post({ deed: name, given })
  }

  /** The other side is gone: whoever waits for it, or asks it later, is told so. */
  end(cause: unknown): void {
    this.#over ??= { cause }
    for (const { reject } of this.#waiting.values()) reject(cause)
    this.#waiting.clear()
  }

  #post(message: Message): void {
    const carried = carryDecimals(message)
    this.#port.postMessage(carried === message ? message : { ...carried, decimals: true }, [])
  }

  async #receive(message: Message): Promise<void> {
    if (message.decimals) readDecimals(message)
    if ('answers' in message) {
      const waiting = this.#waiting.get(message.answers)
      this.#waiting.delete(message.answers)
      if (message.error) waiting?.reject(carriedError(message.error))
      else waiting?.resolve(message.value)
      return
    }
    const { deed, given, id } = message
    try {
      const value = await this.#own[deed]!(...(given as never[]))
      if (id !== undefined) this.#answer({ answers: id, value })
    } catch (thrown) {
      if (id === undefined) this.#failed(thrown)
      else this.#answer({ answers: id, error: carryError(thrown) })
    }
  }

  #answer(message: Message): void {
    if (!this.#over) this.#post(message)
  }
}
