import type { Answer } from '../http/exchange.ts'
import type { CallerWatch } from './caller-watch.ts'
import { type SseOptions, sseAnswer } from './sse-answer.ts'

/** The answers of an endpoint that go on until their client leaves or the server is stopped. */
export class OpenAnswers {
  readonly #draining = new AbortController()
  readonly #open = new Set<Promise<void>>()

  /** Aborts when all have to end. */
  get ending(): AbortSignal {
    return this.#draining.signal
  }

  /** Tells a caller of a subscription. The caller is let go when that is over. */
  tell(caller: CallerWatch, options: Omit<SseOptions, 'ending' | 'onEnd'>): Answer {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    this.#open.add(ended)
    return sseAnswer({
      ...options,
      ending: this.ending,
      onEnd: () => {
        caller.stop()
        this.#open.delete(ended)
        end()
      },
    })
  }

  /** Lets them end, without waiting for it. */
  stop(): void {
    this.#draining.abort()
  }

  /** Lets them end, and waits until they have. */
  async drain(): Promise<void> {
    this.stop()
    await Promise.all(this.#open)
  }
}
