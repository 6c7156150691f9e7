/**
 * A line along which a body goes on by itself: the body itself, and each branch and iteration that runs beside others.
 * What is told once is told once to each of them.
 */
export class Strand {
  readonly parent: Strand | undefined
  /** Gives what aborts when nobody waits any more for what is done on it. Most steps never ask: they do not wait. */
  readonly signal: () => AbortSignal
  readonly #abort: AbortController | undefined
  #isTold: boolean
  #isGone = false

  /** @param end aborts what is done on it together with others */
  constructor(signal: () => AbortSignal, parent?: Strand, abort?: AbortController) {
    this.parent = parent
    this.signal = signal
    this.#abort = abort
    // What a cleanup does beside other things is cleanup, too.
    this.#isTold = parent?.isTold ?? false
  }

  /** One that goes on beside others. */
  branch(): Strand {
    return new Strand(this.signal, this)
  }

  /** One that may be given up before it has ended. */
  rival(): Strand {
    const abort = new AbortController()
    let either: AbortSignal | undefined
    return new Strand(() => (either ??= AbortSignal.any([abort.signal, this.signal()])), this, abort)
  }

  /** Whether it knows that the run was cancelled. */
  get isTold(): boolean {
    return this.#isTold
  }

  /** It was told of the cancellation, and with it whoever waits for it. */
  tell(): void {
    this.#isTold = true
    this.parent?.tell()
  }

  /** Whether nobody waits for it any more: what was begun on it ends, and nothing new begins. */
  get isGone(): boolean {
    return this.#isGone || (this.parent?.isGone ?? false)
  }

  giveUp(): void {
    this.#isGone = true
    this.#abort?.abort()
  }
}
