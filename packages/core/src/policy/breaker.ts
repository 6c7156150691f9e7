import type { Clock } from '../ports/clock.ts'
import { RollingWindow } from './rolling-window.ts'

/** When a breaker opens, and how it closes again. */
export interface BreakerLimits {
  /** How far back calls count. */
  readonly windowMs: number
  /** The share of failures that opens it, above 0 and at most 1. */
  readonly ratio: number
  /** Fewer calls in the window say nothing. */
  readonly minimum: number
  /** How long it stays open before it lets calls try. */
  readonly openMs: number
  /** How many calls try at a time, and how many must succeed in a row. */
  readonly probes: number
}

/** closed: calls go through · open: none does · half-open: a few try. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** Leave to make one call. How it ended is told once. */
export interface Permit {
  end(how: 'succeeded' | 'failed' | 'unknown'): void
}

/**
 * A circuit breaker (Michael Nygard, "Release It!"): what fails most of the time is left alone for a while. A call that
 * began before the last change of state does not count any more.
 */
export class Breaker {
  readonly #limits: BreakerLimits
  readonly #clock: Clock
  readonly #window: RollingWindow
  readonly #onChange: (state: BreakerState) => void
  #state: BreakerState = 'closed'
  #openedAtMs = 0
  /** Counts changes of state. */
  #era = 0
  #trying = 0
  #succeeded = 0

  constructor(limits: BreakerLimits, clock: Clock, onChange: (state: BreakerState) => void = () => undefined) {
    this.#limits = limits
    this.#clock = clock
    this.#window = new RollingWindow(limits.windowMs)
    this.#onChange = onChange
  }

  get state(): BreakerState {
    return this.#state
  }

  /** Leave to call, or the milliseconds until it is worth asking again. */
  enter(): Permit | number {
    const { openMs, probes } = this.#limits
    if (this.#state === 'open') {
      const leftMs = this.#openedAtMs + openMs - this.#clock.now()
      if (leftMs > 0) return leftMs
      this.#become('half-open')
    }
    if (this.#state === 'half-open') {
      if (this.#trying >= probes) return openMs
      this.#trying++
    }
    const era = this.#era
    return { end: (how) => (era === this.#era ? this.#count(how) : undefined) }
  }

  #count(how: 'succeeded' | 'failed' | 'unknown'): void {
    const { ratio, minimum, probes } = this.#limits
    if (this.#state === 'half-open') {
      this.#trying--
      if (how === 'failed') this.#become('open')
      else if (how === 'succeeded' && ++this.#succeeded >= probes) this.#become('closed')
      return
    }
    if (how === 'unknown') return
    const now = this.#clock.now()
    this.#window.add(now, how === 'failed')
    if (how === 'succeeded') return
    const { calls, failures } = this.#window.tally(now)
    if (calls >= minimum && failures / calls >= ratio) this.#become('open')
  }

  #become(state: BreakerState): void {
    this.#state = state
    this.#era++
    this.#trying = this.#succeeded = 0
    if (state === 'open') this.#openedAtMs = this.#clock.now()
    else this.#window.clear()
    this.#onChange(state)
  }
}
