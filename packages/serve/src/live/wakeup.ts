/** Lets one reader wait for something to do. Being woken while it works is remembered. */
export class Wakeup {
  #isWoken = false
  #resolve: (() => void) | undefined

  /** Bound, because it is handed on to those who wake. */
  readonly wake = (): void => {
    this.#isWoken = true
    this.#resolve?.()
  }

  async wait(): Promise<void> {
    if (!this.#isWoken) await new Promise<void>((resolve) => (this.#resolve = resolve))
    this.#resolve = undefined
    this.#isWoken = false
  }
}
