import type { Principal } from '../command/access.ts'
import { isStream } from '../command/stream-output.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import type { Frame } from '../call/frame.ts'
import type { Lifetime } from '../call/lifetime.ts'
import { advance, allow, commit, conclude, load, type Stage } from '../call/stages.ts'
import { Defect } from '../error/defect.ts'
import { success } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'
import { sleep } from '../ports/timers.ts'
import { Issues } from '../schema/compile/index.ts'
import { outcomeOf, settledWith } from './outcome-of.ts'
import type { AnyOutcome, PolicyCall } from './policy.ts'

/** One call with the policies around it. It knows what every attempt so far has left behind. */
export class PolicedCall implements PolicyCall {
  readonly #frame: Frame
  readonly #stages: readonly Stage[]
  /** Whether each attempt has writes and a life of its own. */
  readonly #apart: boolean
  #attempts = 0
  retries = -1
  #irrevocable = false

  constructor(frame: Frame, stages: readonly Stage[], apart: boolean) {
    this.#frame = frame
    this.#stages = stages
    this.#apart = apart
    frame.policed = this
  }

  get command(): CommandFacts {
    return this.#frame.command
  }
  get input(): unknown {
    return this.#frame.validated
  }
  get given(): unknown {
    return this.#frame.asked
  }
  get tenant(): string {
    return this.#frame.root.tenant
  }
  get principal(): Principal | null | undefined {
    return this.#frame.options.as
  }
  get traceId(): string {
    return this.#frame.root.traceId
  }
  get idempotencyKey(): string | undefined {
    return this.#frame.options.idempotencyKey
  }
  get ports(): Ports {
    return this.#frame.root.ports
  }
  get deadline(): number | undefined {
    return this.#frame.lifetime?.deadline
  }
  get over(): boolean {
    return this.#frame.lifetime?.signal.aborted ?? false
  }
  get outermost(): boolean {
    return this.#frame.outermost
  }
  get synchronous(): boolean {
    for (let frame: Frame | undefined = this.#frame; frame; frame = frame.caller) if (frame.mustNotWait) return true
    return false
  }
  get rerun(): boolean {
    return this.#frame.attempts > 1
  }
  get pendingWrites(): boolean {
    for (let frame: Frame | undefined = this.#frame; frame; frame = frame.caller) if (frame.unit?.waits) return true
    return false
  }
  get repeatable(): boolean {
    if (!this.#irrevocable) return true
    const shown = this.#frame.outermost && isStream(this.command.output)
    return this.command.idempotent && !shown
  }
  get outer(): PolicyCall | undefined {
    for (let frame = this.#frame.caller; frame; frame = frame.caller) if (frame.policed) return frame.policed
  }

  limit(ms: number): () => void {
    const frame = this.#frame
    const before = frame.lifetime
    frame.limit(ms)
    const limited = frame.lifetime!
    return () => {
      limited.end()
      if (frame.lifetime === limited) frame.lifetime = before
    }
  }

  sleep(ms: number): Promise<void> {
    return sleep(this.ports.timers, ms, this.#life().signal)
  }

  within<Value>(awaited: Promise<Value>): Maybe<Value> {
    return this.#life().within(awaited)
  }

  instead(command: AnyCommand, input: unknown): Maybe<AnyOutcome> {
    const call: Stage = (frame) => frame.call(command, input) as Promise<void>
    return this.#attempt([call, conclude, ...(this.outermost ? [commit] : [])])
  }

  accept(value: unknown): Maybe<AnyOutcome> {
    return settledWith(this.#frame.runner.checkOutput.run(value), (checked) => {
      if (!(checked instanceof Issues)) return success(checked)
      throw new Defect('InvalidOutput', { command: this.command.name, reason: checked.message(0) })
    })
  }

  admit(): Maybe<AnyOutcome | undefined> {
    if (typeof this.command.access !== 'function') return undefined
    const frame = this.#frame.fork(this.#frame.work)
    return settledWith(
      outcomeOf(frame, () => advance(frame, [load, allow])),
      (outcome) => (outcome?.ok === false ? outcome : undefined),
      () => frame.retire(),
    )
  }

  afterCommit(run: () => Maybe<void>): Maybe<void> {
    const safely = () => logged(this.#frame, run)
    if (this.outermost) return safely()
    const { root } = this.#frame
    ;(root.afterwards ??= []).push(safely)
  }

  /** Runs the command up to its commit: the innermost `next`. */
  run(): Maybe<AnyOutcome> {
    this.retries++
    if (this.#apart) return this.#attempt(this.#stages)
    if (this.#attempts++ > 0) {
      const reason = 'a policy that runs its command again has to say so by `recovers`'
      throw new Defect('InvalidDefinition', { name: this.command.name, reason })
    }
    const frame = this.#frame
    return outcomeOf(frame, () => advance(frame, this.#stages)) as Maybe<AnyOutcome>
  }

  /** One attempt with writes of its own, which are dropped when it fails. Afterwards nobody works in it any more. */
  #attempt(stages: readonly Stage[]): Maybe<AnyOutcome> {
    const { root, caller, work } = this.#frame
    const effects = root.effects
    this.#life()
    const attempt = this.#frame.fork(caller ? work.nested() : work)
    return settledWith(
      outcomeOf(attempt, () => advance(attempt, stages)) as Maybe<AnyOutcome>,
      (outcome) => (outcome.ok ? this.#keep(attempt, outcome) : this.#drop(attempt, outcome)),
      () => {
        attempt.retire()
        this.#frame.input = attempt.input
        // Not only its own effects are counted, but those beside it: too careful is better than twice.
        if (root.effects !== effects || attempt.work.tried) this.#irrevocable = true
      },
    )
  }

  #keep(attempt: Frame, outcome: AnyOutcome): Maybe<AnyOutcome> {
    if (this.outermost) return outcome
    const merged = outcomeOf(attempt, () => attempt.work.opened?.merge())
    return settledWith(merged, (refused) => (refused?.ok === false ? this.#drop(attempt, refused) : outcome))
  }

  #drop(attempt: Frame, outcome: AnyOutcome): AnyOutcome {
    attempt.work.drop()
    if (this.outermost) attempt.root.afterwards = undefined
    return outcome
  }

  /** The life that every attempt shares, so that a call that is stopped takes its attempts along. */
  #life(): Lifetime {
    return this.#frame.live()
  }
}

function logged(frame: Frame, run: () => Maybe<void>): Maybe<void> {
  const log = (thrown: unknown) =>
    frame.root.ports.log.write('error', `what follows the commit of ${frame.command.name} failed`, {
      command: frame.command.name,
      cause: thrown instanceof Error ? thrown.message : String(thrown),
    })
  try {
    const ran = run()
    return isPromise(ran) ? ran.then(undefined, log) : undefined
  } catch (thrown) {
    log(thrown)
  }
}
