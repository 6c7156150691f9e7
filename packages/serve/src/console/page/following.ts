/** What a view follows for as long as it is shown: begun afresh whenever what it asks for is another. */
export class Following {
  readonly #follow: (signal: AbortSignal) => Promise<void>
  #shown: AbortSignal | undefined
  #current: AbortController | undefined

  constructor(follow: (signal: AbortSignal) => Promise<void>) {
    this.#follow = follow
  }

  /** @param shown ends when the view is left */
  begin(shown: AbortSignal): void {
    this.#shown = shown
    this.again()
  }

  /** Ends what is followed, and follows what is wanted now. Nothing while the view is not shown. */
  again(): void {
    this.#current?.abort()
    if (!this.#shown || this.#shown.aborted) return
    this.#current = new AbortController()
    void this.#follow(AbortSignal.any([this.#shown, this.#current.signal]))
  }
}
