import type { AnyFailure } from '../outcome/outcome.ts'
import { systemFailure } from '../error/failure.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'
import type { Cancel } from '../ports/timers.ts'

/**
 * How long a call may live: until its caller cancels, its deadline passes, or the call around it ends early. A call
 * that nobody limits has none, and pays nothing.
 */
export class Lifetime {
  readonly #ports: Ports
  readonly #controller = new AbortController()
  #deadline: number | undefined
  #cancelTimer: Cancel | undefined
  #leave: (() => void) | undefined

  constructor(ports: Ports, deadline?: number, outer?: AbortSignal) {
    this.#ports = ports
    if (outer) this.#follow(outer)
    if (deadline !== undefined) this.limit(deadline)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }
  get deadline(): number | undefined {
    return this.#deadline
  }

  /** Moves the deadline nearer; a later one changes nothing. */
  limit(deadline: number): void {
    if (this.#deadline !== undefined && this.#deadline <= deadline) return
    this.#deadline = deadline
    this.#cancelTimer?.()
    const leftMs = deadline - this.#ports.clock.now()
    if (leftMs <= 0) this.abort(systemFailure('DeadlineExceeded'))
    else this.#cancelTimer = this.#ports.timers.after(leftMs, () => this.abort(systemFailure('DeadlineExceeded')))
  }

  /** @throws {Failure} DeadlineExceeded, Cancelled */
  check(): void {
    this.signal.throwIfAborted()
  }

  /** What is awaited, unless life ends first. What loses goes on by itself and is ignored. */
  within<Value>(value: Maybe<Value>): Maybe<Value> {
    if (!isPromise(value)) return value
    const { signal } = this
    return new Promise<Value>((resolve, reject) => {
      const onAbort = () => reject(signal.reason as Error)
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort, { once: true })
      value.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  /** Ends it before its time. */
  abort(reason: AnyFailure): void {
    this.#controller.abort(reason)
  }

  /** Frees the timer and stops following. */
  end(): void {
    this.#cancelTimer?.()
    this.#leave?.()
  }

  #follow(outer: AbortSignal): void {
    const onAbort = () => this.abort(isFailure(outer.reason) ? outer.reason : systemFailure('Cancelled'))
    if (outer.aborted) return onAbort()
    outer.addEventListener('abort', onAbort, { once: true })
    this.#leave = () => outer.removeEventListener('abort', onAbort)
  }
}

const isFailure = (reason: unknown): reason is AnyFailure =>
  typeof reason === 'object' && reason !== null && 'facts' in reason
