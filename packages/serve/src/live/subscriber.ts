import type { AnyFailure, Failure } from '@heddle/core'
import type { CallerWatch } from './caller-watch.ts'
import type { LiveMessage, LiveSubscription, SubscribeOptions } from './live-hub.ts'
import { Wakeup } from './wakeup.ts'

/**
 * One subscription: it waits until there is something to tell and its reader asks for it. Who is connected is looked at
 * before each message.
 */
export abstract class Subscriber implements LiveSubscription {
  protected readonly caller: CallerWatch
  readonly #signal: AbortSignal
  readonly #wakeup = new Wakeup()
  readonly #stopCaller: () => void
  readonly #onEnd: () => void
  #isOver = false
  #isOther = false

  constructor({ caller, signal }: SubscribeOptions, onEnd: () => void) {
    this.caller = caller
    this.#signal = signal
    this.#onEnd = onEnd
    this.#stopCaller = caller.onChange(() => {
      this.#isOther = true
      this.#wakeup.wake()
    })
    signal.addEventListener('abort', this.#end, { once: true })
  }

  /** The id after which to go on, also where nothing had to be told for a while. */
  abstract readonly position: string | undefined

  /** What there is to tell now. */
  protected abstract take(): Promise<LiveMessage | undefined> | LiveMessage | undefined

  /** The caller is another: says why it may not go on. */
  protected abstract admit(): Promise<readonly AnyFailure[] | undefined> | readonly AnyFailure[] | undefined

  /** Frees what it holds. */
  protected abstract release(): void

  /** Bound: whoever has something to tell calls it. */
  get wake(): () => void {
    return this.#wakeup.wake
  }

  get isOver(): boolean {
    return this.#isOver
  }

  async next(): Promise<LiveMessage | undefined> {
    // Who left before it began is told of by no event.
    if (this.#signal.aborted) this.#end()
    while (!this.#isOver) {
      const message = await this.#message()
      if (this.#isOver) return undefined
      if (message?.kind === 'errors') this.#end()
      // Whoever may not be told any more is told nothing that was got ready before.
      else if (message && this.caller.refused) continue
      if (message) return message
      await this.#wakeup.wait()
    }
    return undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveMessage, void> {
    try {
      for (let message = await this.next(); message; message = await this.next()) yield message
    } finally {
      this.#end()
    }
  }

  /** Waits until somebody calls `wake`. */
  protected woken(): Promise<void> {
    return this.#wakeup.wait()
  }

  /** Ends it. */
  close(): void {
    this.#end()
  }

  async #message(): Promise<LiveMessage | undefined> {
    try {
      if (this.caller.refused) return this.#over(this.caller.refused)
      if (this.#isOther) {
        this.#isOther = false
        const errors = await this.admit()
        if (errors) return this.#over(errors)
      }
      return await this.take()
    } catch (thrown) {
      return this.#over([this.failureOf(thrown)])
    }
  }

  /** What is told of something that was thrown. */
  protected abstract failureOf(thrown: unknown): Failure

  #over(errors: readonly AnyFailure[]): LiveMessage {
    return { kind: 'errors', errors }
  }

  readonly #end = (): void => {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopCaller()
    this.#signal.removeEventListener('abort', this.#end)
    this.release()
    this.#onEnd()
    this.#wakeup.wake()
  }
}
