/**
 * One who waits for something to come: woken by those who see it come, ended by the close of what is read. A wake that
 * comes while nobody waits is remembered, so that none is lost between a look and the wait.
 */
export class Waiting {
  #woken = false
  #isOver = false
  #go: (() => void) | undefined
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = () => this.end()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
    if (signal?.aborted) this.#isOver = true
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Whether nothing is to be waited for any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  readonly wake = (): void => {
    this.#woken = true
    this.#release()
  }

  /** Ends the wait for good. */
  end(): void {
    this.#isOver = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#release()
  }

  /** Resolves at the next wake, at once where one came since the last wait, and at the end. */
  wait(): Promise<void> {
    if (this.#woken || this.#isOver) {
      this.#woken = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      this.#go = () => {
        this.#woken = false
        resolve()
      }
    })
  }

  #release(): void {
    const go = this.#go
    this.#go = undefined
    go?.()
  }
}
