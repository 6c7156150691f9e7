import type { CallOptions } from '../app/app.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import { Failure, systemFailure } from '../error/failure.ts'
import { shownThrown } from '../error/shown-thrown.ts'
import { type AnyFailure, failed, type Outcome } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Port } from '../ports/port.ts'
import type { Ports } from '../ports/ports.ts'
import { CommitConflict } from '../ports/transactions.ts'
import type { Scrubber } from '../schema/annotate/scrub.ts'
import { CallObserver, isObserved } from '../telemetry/call-observer.ts'
import { thrownAs } from '../telemetry/spans.ts'
import { Frame } from './frame.ts'
import type { Hook } from './hooks.ts'
import { keepFailure } from './idempotent.ts'
import { logFields } from './log-fields.ts'
import { noOptions, Root } from './root.ts'
import { Runner } from './runner.ts'
import { callScrubber, rememberSecrets } from './secrets.ts'
import { failThrown, over, type Stage, step } from './stages.ts'
import { tell } from './tell.ts'
import type { Tenancy } from './tenancy.ts'
import { Waits } from './waits.ts'

type AnyOutcome = Outcome<unknown, AnyFailure>

const noop = () => undefined

/** How often a command runs before a conflict is told to its caller. */
const attemptLimit = 5

/** What an engine runs. */
export interface EngineSetup {
  readonly ports: Ports
  readonly services: ReadonlyMap<Port, unknown>
  /** @default 'none' */
  readonly tenancy?: Tenancy
  /** The command that implements a command or contract of this app. */
  find(command: AnyCommand): CommandFacts | undefined
  hooksFor(command: CommandFacts): readonly Hook[]
}

/** Runs commands. One per open app. */
export class Engine {
  readonly ports: Ports
  readonly services: ReadonlyMap<Port, unknown>
  readonly tenancy: Tenancy
  /** Takes no new calls. */
  closing = false
  readonly waits = new Waits()
  /** None where nobody wants to know of calls. */
  readonly observer: CallObserver | undefined
  #running = 0
  #onIdle: (() => void) | undefined
  readonly #setup: EngineSetup
  readonly #runners = new Map<AnyCommand, Runner>()

  constructor(setup: EngineSetup) {
    this.#setup = setup
    this.ports = setup.ports
    this.services = setup.services
    this.tenancy = setup.tenancy ?? 'none'
    this.observer = isObserved(setup.ports) ? new CallObserver(setup.ports) : undefined
  }

  /**
   * The runner of a command, made by its first call.
   *
   * @throws {Failure} UnknownCommand
   */
  runner(command: AnyCommand): Runner {
    return this.#runners.get(command) ?? this.#makeRunner(command)
  }

  /** Makes runners anew: the commands of the app are not those that they were. Calls that have begun keep theirs. */
  forget(): void {
    this.#runners.clear()
  }

  /** A call from outside. It never throws: what goes wrong is in the outcome. */
  run(command: AnyCommand, input: unknown, options?: CallOptions, runner?: Runner): Maybe<AnyOutcome> {
    let frame: Frame
    try {
      frame = this.#frame(command, input, options, runner)
    } catch (thrown) {
      return this.#neverBegan(command, thrown)
    }
    return this.runFrame(frame)
  }

  #frame(command: AnyCommand, input: unknown, options?: CallOptions, runner?: Runner): Frame {
    if (this.closing) throw systemFailure('ShuttingDown')
    return new Frame(runner ?? this.runner(command), input, options)
  }

  /** Lives the life of one frame to its outcome. A subcommand's defect is thrown, so that it ends its caller too. */
  runFrame(frame: Frame): Maybe<AnyOutcome> {
    if (frame.caller === undefined) this.#running++
    if (frame.runner.watch !== undefined) frame.runner.watch.begin(frame)
    return this.#walk(frame, stagesOf(frame), 0)
  }

  /**
   * A call that must not wait. One that does is given up: it ends at its next transition, and nothing of it is written.
   *
   * @throws {Defect} NotSynchronous
   */
  runSync(command: AnyCommand, input: unknown, options?: CallOptions): AnyOutcome {
    let frame: Frame
    try {
      frame = this.#frame(command, input, options)
    } catch (thrown) {
      return this.#neverBegan(command, thrown)
    }
    frame.mustNotWait = true
    const outcome = this.runFrame(frame)
    if (!isPromise(outcome)) {
      const cause = outcome.ok ? undefined : outcome.errors[0]!.cause
      if (cause instanceof Defect && cause.code === 'NotSynchronous') throw cause
      return outcome
    }
    frame.giveUp()
    throw new Defect('NotSynchronous', { command: command.name, what: 'something in it' })
  }

  /** Resolves when no call from outside runs. */
  idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onIdle = resolve))
  }

  #makeRunner(command: AnyCommand): Runner {
    const implementation = this.#setup.find(command)
    if (!implementation) throw systemFailure('UnknownCommand', { name: command.name })
    let runner = this.#runners.get(implementation as AnyCommand)
    if (!runner) {
      runner = new Runner(this, implementation, this.#setup.hooksFor(implementation))
      this.#runners.set(implementation as AnyCommand, runner)
    }
    this.#runners.set(command, runner)
    return runner
  }

  /** Runs stages from one on, and ends the call. */
  #walk(frame: Frame, stages: readonly Stage[], from: number): Maybe<AnyOutcome> {
    try {
      const result = step(frame, stages, from)
      if (result !== undefined && result !== over) return this.#walkOn(frame, stages, frame.next, result)
    } catch (thrown) {
      return this.#trouble(frame, thrown)
    }
    return this.#end(frame)
  }

  #walkOn(frame: Frame, stages: readonly Stage[], from: number, waiting: Promise<unknown>): Maybe<AnyOutcome> {
    if (frame.caller !== undefined || frame.options === noOptions) return this.#goOn(frame, stages, from, waiting)
    frame.follow()
    return this.waits.within(
      frame,
      waiting,
      (given) => this.#given(frame, stages, from, given),
      (thrown) => this.#trouble(frame, thrown),
    )
  }

  /** The same for those whom nobody can cut short, at half the price. */
  async #goOn(frame: Frame, stages: readonly Stage[], from: number, waiting: Promise<unknown>): Promise<AnyOutcome> {
    let given: unknown
    try {
      given = await waiting
    } catch (thrown) {
      return this.#trouble(frame, thrown)
    }
    return this.#given(frame, stages, from, given)
  }

  #given(frame: Frame, stages: readonly Stage[], from: number, given: unknown): Maybe<AnyOutcome> {
    frame.given = given
    return given === over ? this.#end(frame) : this.#walk(frame, stages, from)
  }

  /** Something was thrown: a conflict runs again, a failure is the outcome, anything else is a defect. */
  #trouble(frame: Frame, thrown: unknown): Maybe<AnyOutcome> {
    let trouble = thrown
    try {
      if (thrown instanceof CommitConflict && frame.caller === undefined) return this.#again(frame)
      if (failThrown(frame, thrown) === over) return this.#end(frame)
    } catch (found) {
      if (found instanceof Failure) return this.#trouble(frame, found)
      trouble = found
    }
    if (frame.caller !== undefined) {
      rememberSecrets(frame)
      frame.runner.watch?.end(frame, thrownAs(trouble))
      frame.end()
      throw trouble
    }
    frame.outcome = failed([this.#errored(frame, trouble)])
    return this.#finish(frame, frame.runner.endings.errored)
  }

  /** Runs the stages that the conflict undid, behind locks on what the lost attempt read. */
  #again(frame: Frame): Maybe<AnyOutcome> {
    const { attempts } = frame
    if (frame.root.effects > 0 || attempts === attemptLimit) throw systemFailure('Conflict', { attempts })
    frame.reset()
    const locking = frame.work.again(frame.lifetime?.signal)
    const { attempt } = frame.runner
    if (locking === undefined) return this.#walk(frame, attempt, 0)
    return this.waits.within(
      frame,
      locking,
      () => this.#walk(frame, attempt, 0),
      (thrown) => this.#trouble(frame, thrown),
    )
  }

  #end(frame: Frame): Maybe<AnyOutcome> {
    const { endings } = frame.runner
    return this.#finish(frame, frame.outcome!.ok ? endings.succeeded : endings.failed)
  }

  #finish(frame: Frame, ending: readonly Stage[]): Maybe<AnyOutcome> {
    const outcome = frame.outcome!
    frame.end()
    if (frame.caller === undefined) {
      if (!outcome.ok) frame.unit?.rollback()
      if (frame.claim !== undefined) return this.#answer(frame, ending)
      this.#left()
    }
    if (frame.watched !== undefined) this.#watched(frame)
    if (ending.length === 0) return outcome
    const told = tell(frame, ending)
    return told === undefined ? outcome : this.waits.within(undefined, told, () => outcome)
  }

  /** The end of a call with an idempotency key: its failure may be kept, and others wait for the claim. */
  async #answer(frame: Frame, ending: readonly Stage[]): Promise<AnyOutcome> {
    try {
      await this.waits.within(frame, keepFailure(frame), noop)
    } catch (thrown) {
      // An answer that could not be kept must not be given: asked again, the call could end otherwise.
      frame.outcome = failed([thrown instanceof Failure ? thrown : this.#errored(frame, thrown)])
    } finally {
      frame.claim!.release()
      this.#left()
      if (frame.watched !== undefined) this.#watched(frame)
    }
    const told = tell(frame, ending)
    if (told !== undefined) await this.waits.within(undefined, told, noop)
    return frame.outcome!
  }

  #watched(frame: Frame): void {
    const outcome = frame.outcome!
    frame.runner.watch!.end(frame, outcome.ok ? undefined : outcome.errors[0])
  }

  #left(): void {
    if (--this.#running === 0) this.#onIdle?.()
  }

  #neverBegan(command: AnyCommand, thrown: unknown): AnyOutcome {
    this.observer?.refused(thrown instanceof Error ? 'Internal' : (thrown as AnyFailure).code)
    if (!(thrown instanceof Error)) return failed([thrown as AnyFailure])
    const { traceId } = new Root(this, noOptions)
    return failed([this.#internal({ command: command.name, traceId }, thrown)])
  }

  #errored(frame: Frame, defect: unknown): AnyFailure {
    return this.#internal(logFields(frame), defect, callScrubber(frame))
  }

  /** A defect is logged once, here, without marked values of the input, and strangers see its trace id. */
  #internal(own: Record<string, unknown>, defect: unknown, scrubber?: Scrubber): AnyFailure {
    const { message, stack } = defect instanceof Error ? defect : { message: shownThrown(defect), stack: undefined }
    const told = (text: string) => scrubber?.text(text) ?? text
    const code = defect instanceof Defect ? defect.code : undefined
    const fields = { ...own, code, stack: stack === undefined ? undefined : told(stack) }
    this.ports.log.write('error', `${String(own.command)} errored: ${told(message)}`, fields)
    return systemFailure('Internal', { traceId: own.traceId as string }, { cause: defect })
  }
}

function stagesOf({ runner, options, caller }: Frame): readonly Stage[] {
  if (caller !== undefined) return caller.runner.transparent ? runner.fromBatch : runner.fromCommand
  return options === noOptions ? runner.fromCode : runner.fromOutside
}
