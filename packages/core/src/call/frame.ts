import type { AnyCommand, CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { Claim } from '../ports/idempotency.ts'
import { FailedCall, MadeFailures } from './dropped.ts'
import type { HookEvent } from './hooks.ts'
import { FrameContext } from './frame-context.ts'
import { Lifetime } from './lifetime.ts'
import type { Root } from './root.ts'
import type { Runner } from './runner.ts'
import { Work } from './work.ts'

/** What `call` is inside a body. */
export interface FrameCall {
  (command: AnyCommand, input: unknown): Promise<unknown>
  try(command: AnyCommand, input: unknown): Promise<Outcome<unknown, AnyFailure>>
}

/**
 * One command while it runs: the arguments of its body and the event of its hooks in one object. What a body does not
 * ask for is not made.
 */
export class Frame implements HookEvent {
  readonly runner: Runner
  readonly root: Root
  readonly outermost: boolean
  /** Whether its input and its caller come from outside, so that access, text and unknown fields are looked at. */
  readonly outside: boolean
  readonly work: Work
  input: unknown
  /** The input after its check and before its references were loaded: where another attempt begins. */
  validated: unknown
  outcome: Outcome<unknown, AnyFailure> | undefined
  made: MadeFailures | undefined
  /** Held while a call with an idempotency key runs. */
  claim: Claim | undefined
  #ctx: FrameContext | undefined
  #call: FrameCall | undefined
  #fail: object | undefined
  #lifetime: Lifetime | undefined
  /** A shorter life that a policy of this command set. */
  #ownLifetime: Lifetime | undefined
  #running = 0
  #ended = false

  constructor(runner: Runner, root: Root, input: unknown, caller?: Frame, work?: Work) {
    this.runner = runner
    this.root = root
    this.outermost = caller === undefined
    this.outside = caller === undefined || caller.runner.transparent
    this.input = input
    this.#lifetime = caller ? caller.lifetime : root.lifetime
    this.work = work ?? new Work(root.engine.ports.transactions, runner.mode, root.tenant)
  }

  get lifetime(): Lifetime | undefined {
    return this.#lifetime
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
    return (this.#call ??= this.#makeCall())
  }

  /** Notes a failure that the body made, until the body ends with it. */
  note<Made>(failure: Made): Made {
    return (this.made ??= new MadeFailures()).add(failure)
  }

  /** @throws {Defect} CallEnded */
  assertOpen(): void {
    if (this.#ended || this.root.ended) throw new Defect('CallEnded', { command: this.command.name })
  }

  /** Gives this frame, and what it calls, a shorter life. */
  limit(ms: number): void {
    const { ports } = this.root.engine
    const outer = this.#lifetime
    const deadline = Math.min(ports.clock.now() + ms, outer?.deadline ?? Infinity)
    this.#ownLifetime?.end()
    this.#ownLifetime = this.#lifetime = new Lifetime(ports, deadline, outer?.signal)
  }

  /** Before a new attempt: as after the check of the input. */
  reset(): void {
    this.input = this.validated
    this.outcome = undefined
    this.made = undefined
    this.#ctx?.reset()
  }

  /** @throws {Defect} CallEnded, when a subcommand still runs although the body is done */
  settle(): void {
    if (this.#running > 0) throw new Defect('CallEnded', { command: this.command.name })
  }

  end(): void {
    this.#ended = true
    this.#ownLifetime?.end()
    if (this.outermost) this.root.lifetime?.end()
  }

  #makeCall(): FrameCall {
    const call = (async (command, input) => {
      const outcome = await this.#subcommand(command, input, this.work)
      if (outcome.ok) return outcome.value
      throw this.note(new FailedCall(outcome.errors.map((failure) => failure.through(command.name))))
    }) as FrameCall
    call.try = async (command, input) => {
      const overlay = this.work.nested()
      const outcome = await this.#subcommand(command, input, overlay)
      if (outcome.ok) await overlay.opened?.merge()
      else overlay.opened?.rollback()
      return outcome
    }
    return call
  }

  async #subcommand(command: AnyCommand, input: unknown, work: Work): Promise<Outcome<unknown, AnyFailure>> {
    this.assertOpen()
    const runner = this.runner.callee(command)
    this.#running++
    try {
      return await runner.engine.runInside(new Frame(runner, this.root, input, this, work))
    } finally {
      this.#running--
    }
  }
}
