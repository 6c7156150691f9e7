import type { AnyFailure, Outcome } from '@heddle/core'

type AnyOutcome = Outcome<unknown, AnyFailure>

/** Those in this process who wait for the outcome of a run. */
export class Waiters {
  readonly #waiting = new Map<string, Set<(outcome: AnyOutcome) => void>>()

  /** @throws the signal's reason */
  wait(run: string, signal?: AbortSignal): Promise<AnyOutcome> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(run) ?? new Set()
      this.#waiting.set(run, waiting.add(told))
      const onAbort = () => {
        waiting.delete(told)
        reject(signal!.reason as Error)
      }
      function told(outcome: AnyOutcome) {
        signal?.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      if (signal?.aborted) return onAbort()
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  tell(run: string, outcome: AnyOutcome): void {
    const waiting = this.#waiting.get(run)
    this.#waiting.delete(run)
    for (const told of waiting ?? []) told(outcome)
  }

  /** Those who wait for a run wait for the one that goes on from it. */
  follow(run: string, next: string): void {
    const waiting = this.#waiting.get(run)
    if (!waiting) return
    this.#waiting.delete(run)
    this.#waiting.set(next, new Set([...(this.#waiting.get(next) ?? []), ...waiting]))
  }
}
