import { systemFailure } from '@heddle/core'

interface Waiting {
  readonly bytes: number
  readonly begin: () => void
  readonly refuse: (cause: unknown) => void
}

/** Bytes that may be in memory at a time. Who finds no room waits, in the order of coming. */
export class ByteBudget {
  declare private readonly limit: number
  declare private readonly refuses: boolean
  private used = 0
  private waiting: Waiting[] = []

  constructor(limit: number, whenFull: 'wait' | 'refuse') {
    this.limit = limit
    this.refuses = whenFull === 'refuse'
  }

  /** Begins as soon as there is room; at once, where there is. What is larger than all begins when nothing else is there. */
  take(bytes: number, begin: () => void, refuse: (cause: unknown) => void): void {
    if (this.waiting.length === 0 && this.fits(bytes)) {
      this.used += bytes
      begin()
    } else if (this.refuses) refuse(systemFailure('LimitReached', { name: 'log.queue', limit: this.limit }))
    else this.waiting.push({ bytes, begin, refuse })
  }

  /** What was taken is free again. */
  give(bytes: number): void {
    this.used -= bytes
    let begun = 0
    for (const { bytes: asked, begin } of this.waiting) {
      if (!this.fits(asked)) break
      begun++
      this.used += asked
      begin()
    }
    if (begun > 0) this.waiting.splice(0, begun)
  }

  /** Nobody waits any longer. */
  close(cause: unknown): void {
    const { waiting } = this
    this.waiting = []
    for (const { refuse } of waiting) refuse(cause)
  }

  private fits(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.limit
  }
}
