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
  readonly #waiting = new Map<string, Waiting[]>()

  wait(tenant: string, run: string, signal?: AbortSignal): Waiter {
    const { promise: outcome, resolve, reject } = Promise.withResolvers<AnyOutcome>()
    const waiting: Waiting = { tenant, run, tell: resolve }
    if (!signal) {
      this.#add(waiting)
      return { outcome, stop: () => this.#remove(waiting) }
    }
    const stop = () => {
      signal.removeEventListener('abort', onAbort)
      this.#remove(waiting)
    }
    const onAbort = () => {
      stop()
      reject(signal.reason as Error)
    }
    if (signal.aborted) onAbort()
    else {
      signal.addEventListener('abort', onAbort, { once: true })
      this.#add(waiting)
    }
    // Whoever asked may have been told in another way before it looks.
    outcome.then(
      () => signal.removeEventListener('abort', onAbort),
      () => undefined,
    )
    return { outcome, stop }
  }

  #add(waiting: Waiting): void {
    const others = this.#waiting.get(waiting.run)
    if (others) others.push(waiting)
    else this.#waiting.set(waiting.run, [waiting])
  }

  #remove(waiting: Waiting): void {
    const others = this.#waiting.get(waiting.run)
    const place = others?.indexOf(waiting) ?? -1
    if (place < 0) return
    others!.splice(place, 1)
    if (others!.length === 0) this.#waiting.delete(waiting.run)
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
