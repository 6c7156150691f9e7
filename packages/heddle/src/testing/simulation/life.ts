import { type Intercept, isPromise, type Maybe, type OpenApp, sleep, systemFailure, type Timers } from '@heddle/core'
import { Holdings } from './holdings.ts'
import { show } from './show.ts'
import type { World } from './world.ts'
import { wrapPort } from './wrap-port.ts'

/** What a dead app waits for. */
const never = new Promise<never>(() => undefined)

/**
 * The app between two crashes. When it dies, none of its port calls ever answers and none of its timers fires, so
 * whatever it was doing stands still for good, as in a process that was killed.
 */
export class Life {
  readonly number: number
  alive = true
  /** Set when it is open: opening goes undisturbed. */
  app: OpenApp | undefined
  readonly holdings = new Holdings()
  /** Resolves when it dies. */
  readonly died: Promise<void>
  /** How many drivers were passed through `intercept`. Units of work on top of one need no faults of their own. */
  drivers = 0
  readonly #world: World
  #die!: () => void

  constructor(world: World, number: number) {
    this.#world = world
    this.number = number
    this.died = new Promise((resolve) => (this.#die = resolve))
  }

  readonly timers: Timers = {
    after: (delayMs, fire) => this.#world.time.timers.after(delayMs, () => this.alive && fire()),
  }

  readonly intercept: Intercept = (name, driver) =>
    wrapPort(this, name, this.#world.storage.keep(`${name} ${++this.drivers}`, driver))

  kill(): void {
    this.alive = false
    this.holdings.freeAll()
    this.#die()
  }

  /** A call of a port whose callers await what comes. */
  portCall(call: string, given: readonly unknown[], run: () => unknown): Maybe<unknown> {
    if (!this.alive) return never
    if (!this.#isCalm) return this.#disturb(call, given, run)
    const answer = run()
    // The app may die before the answer comes, for example of a lock that others hold.
    return isPromise(answer) ? this.#deliver(call, undefined, answer, 0) : answer
  }

  /** A call of a user's service. One that answers at once cannot be delayed, only fail. */
  serviceCall(call: string, given: readonly unknown[], run: () => unknown, isAsynchronous: boolean): unknown {
    if (!this.alive) return isAsynchronous ? never : lose(call)
    if (this.#isCalm) return run()
    if (isAsynchronous) return this.#disturb(call, given, run)
    const { fault, answerDelayMs } = this.#decide(call, given)
    if (fault === 'failBefore' || fault === 'crashBefore') return this.#strike(call, fault)
    const answer = run()
    if (isPromise(answer)) return this.#deliver(call, fault, answer, answerDelayMs)
    return fault ? this.#strike(call, fault) : answer
  }

  get #isCalm(): boolean {
    return this.app === undefined || this.#world.calm > 0
  }

  #decide(call: string, given: readonly unknown[]) {
    const shown = given.filter((value) => value !== undefined && !(value instanceof AbortSignal))
    this.#world.trace.add('port', `${call}(${shown.map(show).join(', ')})`)
    return this.#world.decide(call)
  }

  async #disturb(call: string, given: readonly unknown[], run: () => unknown): Promise<unknown> {
    const { delayMs, fault, answerDelayMs } = this.#decide(call, given)
    if (delayMs > 0) await sleep(this.timers, delayMs)
    if (fault === 'failBefore') return this.#strike(call, fault)
    if (fault === 'crashBefore') return this.#crash(call, fault)
    return this.#deliver(call, fault, run(), answerDelayMs)
  }

  async #deliver(call: string, fault: string | undefined, running: unknown, delayMs: number): Promise<unknown> {
    try {
      const answer = await running
      if (this.alive && fault === 'crashAfter') await this.#crash(call, fault)
      if (this.alive && fault === 'failAfter') {
        giveBack(answer)
        this.#strike(call, fault)
      }
      if (!this.alive) giveBack(answer)
      return answer
    } finally {
      if (!this.alive) {
        this.holdings.freeAll() // It may just have been handed a lock that it waited for.
        await never
      }
      if (delayMs > 0) await sleep(this.timers, delayMs)
    }
  }

  #strike(call: string, fault: string): never {
    if (fault.startsWith('crash')) void this.#crash(call, fault)
    else this.#world.trace.add('fault', `${call} ${fault}`)
    return lose(call)
  }

  #crash(call: string, fault: string): Promise<never> {
    if (this.alive) this.#world.crash(`${call} ${fault}`)
    return never
  }
}

function lose(call: string): never {
  throw systemFailure('Unavailable', { what: call })
}

/** What the lost answer would have handed out is free again, as when a connection breaks. */
function giveBack(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return
  const held = 'claim' in answer ? answer.claim : answer
  if (typeof held === 'object' && held && 'release' in held && typeof held.release === 'function') held.release()
}
