interface Waiter {
  readonly wake: () => void
  readonly refuse: (cause: unknown) => void
}

/** Readers that wait for something to be appended. */
export class Waiters {
  private readonly waiting = new Set<Waiter>()

  /** Settles once something was appended, or when the signal aborts. @throws what the log was closed with */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve()
      const end = () => {
        signal.removeEventListener('abort', wake)
        this.waiting.delete(waiter)
      }
      const wake = () => {
        end()
        resolve()
      }
      const refuse = (cause: unknown) => {
        end()
        reject(cause)
      }
      const waiter = { wake, refuse }
      signal.addEventListener('abort', wake, { once: true })
      this.waiting.add(waiter)
    })
  }

  /** Something was appended. */
  wake(): void {
    for (const { wake } of this.waiting) wake()
  }

  /** Nothing will be appended any more. */
  close(cause: unknown): void {
    for (const { refuse } of this.waiting) refuse(cause)
  }
}
