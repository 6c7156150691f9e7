import type { AnyFailure, Outcome } from '@heddle/core'

type AnyOutcome = Outcome<unknown, AnyFailure>

/** Somebody who waits for the outcome of a run. */
export interface Waiter {
  /** @throws the signal's reason */
  readonly outcome: Promise<AnyOutcome>
  /** Waits no longer. */
  stop(): void
}

/** Somebody, and the run that is waited for: the one that goes on from it, once that is known. */
interface Waiting {
  readonly tenant: string
  run: string
  readonly tell: (outcome: AnyOutcome) => void
}

/** Those in this process who wait for the outcome of a run. */
export class Waiters {
  readonly #waiting = new Map<string, Set<Waiting>>()

  wait(tenant: string, run: string, signal?: AbortSignal): Waiter {
    let stop = () => {}
    const outcome = new Promise<AnyOutcome>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const waiting: Waiting = { tenant, run, tell: resolve }
      const onAbort = () => {
        stop()
        reject(signal!.reason as Error)
      }
      stop = () => {
        signal?.removeEventListener('abort', onAbort)
        const others = this.#waiting.get(waiting.run)
        if (others?.delete(waiting) && others.size === 0) this.#waiting.delete(waiting.run)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#add(waiting)
    })
    // Whoever asked may have been told in another way before it looks.
    outcome.catch(() => undefined)
    return { outcome, stop: () => stop() }
  }

  #add(waiting: Waiting): void {
    const others = this.#waiting.get(waiting.run)
    if (others) others.add(waiting)
    else this.#waiting.set(waiting.run, new Set([waiting]))
  }

  has(run: string): boolean {
    return this.#waiting.has(run)
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** The runs that are waited for, by tenant. */
  runs(): ReadonlyMap<string, string[]> {
    const found = new Map<string, string[]>()
    for (const [run, waiting] of this.#waiting) {
      const [first] = waiting
      const runs = found.get(first!.tenant)
      if (runs) runs.push(run)
      else found.set(first!.tenant, [run])
    }
    return found
  }

  tell(run: string, outcome: AnyOutcome): void {
    const waiting = this.#waiting.get(run)
    this.#waiting.delete(run)
    for (const { tell } of waiting ?? []) tell(outcome)
  }

  /** Those who wait for a run wait for the one that goes on from it. */
  follow(run: string, next: string): void {
    const waiting = this.#waiting.get(run)
    this.#waiting.delete(run)
    for (const one of waiting ?? []) {
      one.run = next
      this.#add(one)
    }
  }
}
