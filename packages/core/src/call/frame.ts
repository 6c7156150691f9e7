import type { CallOptions } from '../app/app.ts'
import type { CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import { emitter, type FrameEmit } from '../event/emit.ts'
import { systemFailure } from '../error/failure.ts'
import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { Claim } from '../ports/idempotency.ts'
import type { Watched } from '../telemetry/active-calls.ts'
import type { PolicyCall } from '../policy/policy.ts'
import { MadeFailures } from './dropped.ts'
import { FrameContext } from './frame-context.ts'
import type { HookEvent } from './hooks.ts'
import type { KeptCall } from './keep-call.ts'
import { Lifetime } from './lifetime.ts'
import { noOptions, Root } from './root.ts'
import type { Runner } from './runner.ts'
import { type FrameCall, subcalls } from './subcalls.ts'
import { Work } from './work.ts'

// Fields are declared and not defined: a definition would write each of them twice, on the hottest object there is.

/**
 * One command while it runs: the arguments of its body and the event of its hooks in one object. A call makes one of
 * these and little else, so whatever a body does not ask for is made late or never.
 */
export class Frame implements HookEvent {
  declare readonly runner: Runner
  /** Written once: by the constructor, or by the frame that this is another attempt of. */
  declare options: CallOptions
  /** The frame of the command that called this one; none for the outermost. */
  declare readonly caller: Frame | undefined
  declare input: unknown
  /** The input after its check and before its references were loaded: where another attempt begins. */
  declare validated: unknown
  /** The input as the caller gave it, once text became values. Only there where somebody wants it. */
  declare asked: unknown
  /** What is remembered of it where the app keeps a history. */
  declare kept: KeptCall | undefined
  /** What the stage before gave. */
  declare given: unknown
  /** The stage after the one that waits. */
  next = 0
  declare outcome: Outcome<unknown, AnyFailure> | undefined
  declare made: MadeFailures | undefined
  /** Held while a call with an idempotency key runs. */
  declare claim: Claim | undefined
  declare lifetime: Lifetime | undefined
  /** The policies around it, where it has some. */
  declare policed: PolicyCall | undefined
  /** What is kept of it where calls are observed. */
  declare watched: Watched | undefined
  /** Of another attempt: the frame of the first one. */
  declare origin: Frame | undefined
  /** How many calls of the same command its caller made before it. Only there where somebody asked. */
  declare ordinal: number | undefined
  /** How often it called which command, of the calls where somebody asked. */
  declare counts: Map<string, number> | undefined
  attempts = 1
  /** Set for a call that is over as soon as it has to wait. */
  mustNotWait = false
  /** Subcommands that have not ended. */
  running = 0
  #ended = false
  #root: Root | undefined
  #work: Work | undefined
  #ctx: FrameContext | undefined
  #call: FrameCall | undefined
  #fail: object | undefined

  constructor(runner: Runner, input: unknown, options: CallOptions = noOptions, caller?: Frame, work?: Work) {
    this.runner = runner
    this.input = input
    this.options = options
    this.caller = caller
    this.validated = undefined
    this.given = undefined
    this.outcome = undefined
    this.made = undefined
    this.claim = undefined
    this.policed = undefined
    this.watched = undefined
    this.#work = work
    if (caller !== undefined) this.lifetime = caller.lifetime
    else this.lifetime = options === noOptions ? undefined : this.root.lifetime
  }

  get outermost(): boolean {
    return this.caller === undefined
  }
  /** Whether its input and its caller come from outside, so that access, text and unknown fields are looked at. */
  get outside(): boolean {
    return this.caller === undefined || this.caller.runner.transparent
  }
  get root(): Root {
    return (this.#root ??= this.caller?.root ?? new Root(this.runner.engine, this.options))
  }
  get work(): Work {
    return (this.#work ??= this.caller?.work ?? this.#newWork())
  }
  #newWork(): Work {
    const { ports, tenant, options } = this.root
    return new Work(ports.transactions, this.runner.mode, tenant, options.fences, this.watched?.span)
  }
  /** The unit of work, if anything asked for it. */
  get unit() {
    return this.#work?.opened
  }
  /** Whether its commit has something to ask of the database. */
  get willCommit(): boolean {
    return this.unit !== undefined || this.claim !== undefined
  }
  /** What waits for the commit. */
  get afterwards() {
    return this.#root?.afterwards
  }
  /** How far the commit is. */
  get commit() {
    return this.#work?.stage
  }
  get command(): CommandFacts {
    return this.runner.command
  }
  get ctx(): FrameContext {
    return (this.#ctx ??= new FrameContext(this))
  }
  get fail(): object {
    return (this.#fail ??= new this.runner.FailMakers(this))
  }
  get call(): FrameCall {
    return (this.#call ??= subcalls(this))
  }
  /** Made when it is asked for and not kept: most commands emit nothing, and others take it once. */
  get emit(): FrameEmit {
    return emitter(this)
  }

  /** Notes a failure that the body made, until the body ends with it. */
  note<Made>(failure: Made): Made {
    return (this.made ??= new MadeFailures()).add(failure)
  }

  /** How long it may live. A call that nobody limits gets a life when it is asked for: the app may be stopped. */
  live(): Lifetime {
    return (this.lifetime ??= this.caller ? this.caller.live() : this.root.live())
  }

  /**
   * Called where it has to wait: from now on it follows a signal that its caller gives late. Where it waits for its commit
   * there is nothing to follow, since that cannot be called back.
   */
  follow(): void {
    if (this.lifetime === undefined && typeof this.options.signal === 'function' && this.commit === undefined)
      this.live()
  }

  /** Gives this frame, and what it calls, a shorter life. */
  limit(ms: number): void {
    const { ports } = this.root
    this.follow()
    const outer = this.lifetime
    const deadline = Math.min(ports.clock.now() + ms, outer?.deadline ?? Infinity)
    this.lifetime = new Lifetime(ports, deadline, outer?.signal)
  }

  /** Ends the call at its next transition: nobody waits for it any more. */
  giveUp(): void {
    const { ports, lifetime } = this.root
    this.lifetime?.abort(systemFailure('Cancelled'))
    this.lifetime = new Lifetime(ports, lifetime?.deadline, AbortSignal.abort())
  }

  /** @throws {Defect} CallEnded */
  assertOpen(): void {
    if (this.#ended) throw new Defect('CallEnded', { command: this.command.name })
    this.caller?.assertOpen()
  }

  /**
   * The same call once more, after the check of its input. It is a frame of its own, so that a body which was given up
   * in an earlier attempt cannot write into this one.
   */
  fork(work: Work): Frame {
    // Without options, since with them the constructor would begin another life of the whole call.
    const attempt = new Frame(this.runner, this.validated, noOptions, this.caller, work)
    attempt.options = this.options
    attempt.origin = this.origin ?? this
    attempt.validated = this.validated
    attempt.claim = this.claim
    attempt.lifetime = this.lifetime
    attempt.policed = this.policed
    attempt.watched = this.watched
    attempt.attempts = this.attempts
    if (this.asked !== undefined) attempt.asked = this.asked
    if (this.kept !== undefined) attempt.kept = this.kept
    attempt.mustNotWait = this.mustNotWait
    attempt.#root = this.root
    return attempt
  }

  /** Ends an attempt: whoever still works in it is refused, while the call goes on. */
  retire(): void {
    this.#ended = true
  }

  /** Before a new attempt: as after the check of the input. */
  reset(): void {
    this.attempts++
    this.input = this.validated
    this.outcome = undefined
    this.made = undefined
    if (this.#root !== undefined) this.#root.afterwards = undefined
    this.#ctx?.reset()
  }

  end(): void {
    this.#ended = true
    if (this.lifetime !== undefined && this.lifetime !== this.caller?.lifetime) this.lifetime.end()
    if (this.caller === undefined) this.#root?.lifetime?.end()
  }
}
