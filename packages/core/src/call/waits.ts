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
  readonly goOn: (value: typeof over) => void
  readonly fail: (reason: unknown) => void

  constructor(frame?: Frame, goOn: Wait['goOn'] = ignore, fail: Wait['fail'] = ignore) {
    this.frame = frame
    this.goOn = goOn
    this.fail = fail
  }

  enter(ring: Wait): void {
    this.behind = ring
    this.before = ring.before
    ring.before.behind = this
    ring.before = this
  }

  /** Answers whether it was still in the ring. */
  leave(): boolean {
    if (this.behind === this) return false
    this.before.behind = this.behind
    this.behind.before = this.before
    this.before = this.behind = this
    return true
  }
}

const ignore = () => undefined
const rethrow = (thrown: unknown) => {
  throw thrown
}

/**
 * What outermost calls wait for. When the app has stopped, nothing may ever come: then each caller is told what is true
 * of its call.
 */
export class Waits {
  readonly #ring = new Wait()
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
    return new Promise((resolve, reject) => {
      const settle =
        <Given>(handle: (given: Given) => Maybe<Result>) =>
        (given: Given) => {
          if (!wait.leave()) return
          try {
            resolve(handle(given))
          } catch (thrown) {
            reject(thrown as Error)
          }
        }
      const [came, broke] = [settle(goOn), settle(fail)]
      const wait = new Wait(frame, came, broke)
      wait.enter(this.#ring)
      // A body may give a promise of another make, which is not as well-behaved.
      Promise.resolve(awaited).then(came, broke)
      if (this.#ended !== 'no') this.#end(wait)
    })
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
    if (frame === undefined || commit === 'done') wait.goOn(over)
    else if (commit === 'begun' && this.#ended !== 'all') return false
    else wait.fail(stop(frame, commit === 'begun'))
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
