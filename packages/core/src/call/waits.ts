import { systemFailure } from '../error/failure.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Frame } from './frame.ts'
import { over } from './stages.ts'

/** One wait, in a ring of those that are under way: entering and leaving it is a few writes. */
class Wait {
  before: Wait = this
  behind: Wait = this
  readonly frame: Frame | undefined
  readonly #goOn: Handler
  readonly #fail: Handler
  /** Settle the promise of whoever waits. */
  resolve: (result: unknown) => void = ignore
  reject: (reason: Error) => void = ignore

  constructor(frame: Frame | undefined, goOn: Handler, fail: Handler) {
    this.frame = frame
    this.#goOn = goOn
    this.#fail = fail
  }

  enter(ring: Wait): void {
    this.behind = ring
    this.before = ring.before
    ring.before.behind = this
    ring.before = this
  }

  /** Answers whether it was still in the ring. */
  #leave(): boolean {
    if (this.behind === this) return false
    this.before.behind = this.behind
    this.behind.before = this.before
    this.before = this.behind = this
    return true
  }

  came(value: unknown): void {
    if (this.#leave()) this.#settle(this.#goOn, value)
  }

  broke(reason: unknown): void {
    if (this.#leave()) this.#settle(this.#fail, reason)
  }

  #settle(handle: Handler, given: unknown): void {
    try {
      this.resolve(handle(given as never))
    } catch (thrown) {
      this.reject(thrown as Error)
    }
  }
}

type Handler = (given: never) => unknown

const ignore = () => undefined
const rethrow = (thrown: unknown) => {
  throw thrown
}

/**
 * What outermost calls wait for. When the app has stopped, nothing may ever come: then each caller is told what is true
 * of its call.
 */
export class Waits {
  readonly #ring = new Wait(undefined, ignore, ignore)
  #ended: 'no' | 'but commits' | 'all' = 'no'

  /**
   * Goes on with what is awaited, or with `over` where the call has its outcome already; `fail` gets what was thrown, or
   * why the call must end without it.
   *
   * @param frame missing for what cannot change an outcome
   */
  within<Value, Result>(
    frame: Frame | undefined,
    awaited: Promise<Value>,
    goOn: (value: Value | typeof over) => Maybe<Result>,
    fail: (thrown: unknown) => Maybe<Result> = rethrow,
  ): Promise<Result> {
    const wait = new Wait(frame, goOn, fail)
    const result = new Promise<Result>((resolve, reject) => {
      wait.resolve = resolve as Wait['resolve']
      wait.reject = reject
    })
    wait.enter(this.#ring)
    const came = (value: Value) => wait.came(value)
    const broke = (reason: unknown) => wait.broke(reason)
    // A body may give a promise of another make, which is not as well-behaved.
    Promise.resolve(awaited).then(came, broke)
    if (this.#ended !== 'no') this.#end(wait)
    return result
  }

  /**
   * Ends what still waits, and whatever begins to. A commit under way is let be at first: whoever makes it may still end
   * it, and then its caller learns the truth.
   *
   * @returns whether anything was ended
   */
  end(which: 'but commits' | 'all'): boolean {
    this.#ended = which
    let any = false
    for (let wait = this.#ring.behind, next = wait.behind; wait !== this.#ring; wait = next, next = wait.behind) {
      any = this.#end(wait) || any
    }
    return any
  }

  #end(wait: Wait): boolean {
    const { frame } = wait
    const commit = frame?.commit
    if (frame === undefined || commit === 'done') wait.came(over)
    else if (commit === 'begun' && this.#ended !== 'all') return false
    else wait.broke(stop(frame, commit === 'begun'))
    return true
  }
}

/** Ends a call at once, and at its next transition if it should ever come to one. */
function stop(frame: Frame, mayBeDurable: boolean): AnyFailure {
  const reason = mayBeDurable
    ? systemFailure('Unavailable', { what: 'The database' }, { message: unknown })
    : systemFailure('Cancelled', {}, { message: stopped })
  frame.live().abort(reason)
  return reason
}

const stopped = 'The app was stopped before the command ended.'
const unknown = 'The app was stopped during the commit: whether it was made is not known.'
