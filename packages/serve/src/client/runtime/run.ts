import type { Caller } from './call.ts'
import type { CallOptions } from './context.ts'
import { isPassing, OutcomeError, rejected } from './failures.ts'
import { clockMs, jittered, pause, toMs } from './host.ts'
import type { AnyCommand, AnyFailure, Outcome } from './types.ts'

/** Something that goes on after the call that began it. */
export interface Run<Value, Errors, Status> {
  /** Its id. */
  readonly run: string
  /** Waits until it has ended, over as many requests as it takes. */
  outcome(options?: Pick<CallOptions, 'signal' | 'timeout'>): Promise<Outcome<Value, Errors>>
  /** How it stands, each time that changes, at last how it ended. */
  watch(options?: Pick<CallOptions, 'signal'>): AsyncIterable<Status>
  /** Asks it to end; what it did is undone where it says how. */
  cancel(options?: CallOptions): Promise<Outcome<unknown>>
}

/** The commands that tell of a run. */
interface Ways {
  readonly awaits: () => AnyCommand
  readonly watch: () => AnyCommand
  readonly cancel?: () => AnyCommand
}

/** How long one request waits. Proxies end those that take longer. */
const longestWait = '25s'

/** A handle of a run by its id. */
export function runOf(caller: Caller, { awaits, watch, cancel }: Ways, run: string): Run<unknown, AnyFailure, unknown> {
  async function outcome({ signal, timeout }: Pick<CallOptions, 'signal' | 'timeout'> = {}): Promise<Outcome<unknown>> {
    const until = clockMs() + (timeout === undefined ? Infinity : toMs(timeout))
    const options = signal ? { signal } : {}
    for (let failures = 0; ; failures++) {
      const leftMs = until - clockMs()
      const wait = leftMs < toMs(longestWait) ? `${Math.max(1, Math.ceil(leftMs))}ms` : longestWait
      const outcome = await caller.call(awaits(), { run }, { ...options, timeout: wait, retries: 0 })
      if (outcome.ok || !isPassing(outcome.errors[0]) || clockMs() >= until || signal?.aborted) return outcome
      if (outcome.errors[0]!.code === 'DeadlineExceeded') failures = 0
      else await pause(jittered(Math.min(15_000, 200 * 2 ** failures)), signal)
    }
  }

  return {
    run,
    outcome: (options) => outcome(options).catch(rejected),
    async *watch(options) {
      for await (const piece of caller.pieces(watch(), { run }, options)) {
        if ('errors' in piece) throw new OutcomeError(piece.errors)
        if ('item' in piece) yield piece.item
        if ('value' in piece) yield piece.value
      }
    },
    cancel: (options) => {
      if (!cancel) throw new TypeError('this kind of run cannot be cancelled')
      return caller.call(cancel(), { run }, options)
    },
  }
}

/** A signal that aborts as the first of two does. */
export function either(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other ? AbortSignal.any([one, other]) : one
}
