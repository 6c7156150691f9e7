import type { CallOptions } from '../app/app.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import { systemFailure } from '../error/failure.ts'
import { type AnyFailure, failed, type Outcome } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Port } from '../ports/port.ts'
import type { Ports } from '../ports/ports.ts'
import { CommitConflict } from '../ports/transactions.ts'
import { Frame } from './frame.ts'
import type { Hook } from './hooks.ts'
import { runOnce } from './idempotent.ts'
import { noOptions, Root } from './root.ts'
import { Runner } from './runner.ts'
import { advance, failureOutcome, type Stage } from './stages.ts'

type AnyOutcome = Outcome<unknown, AnyFailure>

/** How often a command runs before a conflict is told to its caller. */
const attemptLimit = 5

/** What an engine runs. */
export interface EngineSetup {
  readonly ports: Ports
  readonly services: ReadonlyMap<Port, unknown>
  /** The command that implements a command or contract of this app. */
  find(command: AnyCommand): CommandFacts | undefined
  hooksFor(command: CommandFacts): readonly Hook[]
}

/** Runs commands. One per open app. */
export class Engine {
  readonly ports: Ports
  readonly services: ReadonlyMap<Port, unknown>
  /** Takes no new calls. */
  closing = false
  #running = 0
  #onIdle: (() => void) | undefined
  readonly #setup: EngineSetup
  readonly #runners = new Map<AnyCommand, Runner>()

  constructor(setup: EngineSetup) {
    this.#setup = setup
    this.ports = setup.ports
    this.services = setup.services
  }

  /**
   * The runner of a command, made by its first call.
   *
   * @throws {Failure} UnknownCommand
   */
  runner(command: AnyCommand): Runner {
    return this.#runners.get(command) ?? this.#makeRunner(command)
  }

  /** A call from outside. It never throws: what goes wrong is in the outcome. */
  run(command: AnyCommand, input: unknown, options?: CallOptions): Maybe<AnyOutcome> {
    let frame: Frame
    try {
      if (this.closing) throw systemFailure('ShuttingDown')
      const runner = this.runner(command)
      frame = new Frame(runner, input, options)
    } catch (thrown) {
      return this.#neverBegan(command, thrown)
    }
    return this.runFrame(frame)
  }

  /** Lives the life of an outermost frame. */
  runFrame(frame: Frame): Maybe<AnyOutcome> {
    this.#running++
    try {
      const waiting = this.#live(frame)
      if (waiting !== undefined) {
        return waiting.then(
          () => this.#end(frame),
          (thrown: unknown) => this.#endBadly(frame, thrown),
        )
      }
    } catch (thrown) {
      return this.#endBadly(frame, thrown)
    }
    return this.#end(frame)
  }

  /**
   * A call that must not wait.
   *
   * @throws {Defect} NotSynchronous
   */
  runSync(command: AnyCommand, input: unknown, options?: CallOptions): AnyOutcome {
    const outcome = this.run(command, input, options)
    if (!isPromise(outcome)) return outcome
    throw new Defect('NotSynchronous', { command: command.name, what: 'something in it' })
  }

  /** A call by another command: it shares the unit of work, and a failure is its outcome. */
  async runInside(frame: Frame): Promise<AnyOutcome> {
    const { runner } = frame
    try {
      await runner.ready()
      await advance(frame, runner.opening)
      await advance(frame, runner.attemptInside)
    } catch (thrown) {
      const outcome = failureOutcome(frame, thrown)
      if (!outcome) throw thrown
      frame.outcome = outcome
    } finally {
      frame.end()
    }
    const { endings } = runner
    await this.#tell(frame, frame.outcome!.ok ? endings.succeeded : endings.failed)
    return frame.outcome!
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

  #live(frame: Frame): Maybe<void> {
    const { runner } = frame
    if (runner.straight !== undefined && frame.options === noOptions) return advance(frame, runner.straight)
    const loading = runner.ready()
    if (loading !== undefined) return loading.then(() => this.#live(frame))
    const opening = advance(frame, runner.opening)
    return opening === undefined ? this.#afterOpening(frame) : opening.then(() => this.#afterOpening(frame))
  }

  #afterOpening(frame: Frame): Maybe<void> {
    const { idempotencyKey } = frame.options
    return idempotencyKey === undefined
      ? this.#attempt(frame, 1)
      : runOnce(frame, idempotencyKey, () => this.#attempt(frame, 1))
  }

  /** Runs the stages that a conflict undoes; on one, they run again behind locks. */
  #attempt(frame: Frame, attempt: number): Maybe<void> {
    try {
      const waiting = advance(frame, frame.runner.attempt)
      if (waiting === undefined) return undefined
      return waiting.catch((thrown: unknown) => this.#again(frame, attempt, thrown))
    } catch (thrown) {
      return this.#again(frame, attempt, thrown)
    }
  }

  #again(frame: Frame, attempt: number, thrown: unknown): Maybe<void> {
    if (!(thrown instanceof CommitConflict)) throw thrown
    if (frame.root.irrevocable || attempt === attemptLimit) throw systemFailure('Conflict', { attempts: attempt })
    frame.reset()
    const locking = frame.work.again(frame.lifetime?.signal)
    return locking === undefined
      ? this.#attempt(frame, attempt + 1)
      : locking.then(() => this.#attempt(frame, attempt + 1))
  }

  #end(frame: Frame): Maybe<AnyOutcome> {
    this.#finish(frame)
    const outcome = frame.outcome!
    const { endings } = frame.runner
    const told = this.#tell(frame, outcome.ok ? endings.succeeded : endings.failed)
    return told === undefined ? outcome : told.then(() => outcome)
  }

  #endBadly(frame: Frame, thrown: unknown): Maybe<AnyOutcome> {
    frame.unit?.rollback()
    let defect = thrown
    try {
      const outcome = failureOutcome(frame, thrown)
      if (outcome) {
        frame.outcome = outcome
        return this.#end(frame)
      }
    } catch (found) {
      defect = found
    }
    frame.outcome = failed([this.#internal(frame.command.name, frame.root.traceId, defect)])
    this.#finish(frame)
    const told = this.#tell(frame, frame.runner.endings.errored)
    return told === undefined ? frame.outcome : told.then(() => frame.outcome!)
  }

  #finish(frame: Frame): void {
    frame.end()
    if (--this.#running === 0) this.#onIdle?.()
  }

  #neverBegan(command: AnyCommand, thrown: unknown): AnyOutcome {
    if (!(thrown instanceof Error)) return failed([thrown as AnyFailure])
    return failed([this.#internal(command.name, new Root(this.ports, noOptions).traceId, thrown)])
  }

  /** A defect is logged once, here, and strangers see its trace id. */
  #internal(command: string, traceId: string, defect: unknown) {
    const { message, stack } = defect instanceof Error ? defect : { message: String(defect), stack: undefined }
    const code = defect instanceof Defect ? defect.code : undefined
    this.ports.log.write('error', `${command} errored: ${message}`, { command, traceId, code, stack })
    return systemFailure('Internal', { traceId }, { cause: defect })
  }

  /** Hooks at the end cannot change what is durable: what they throw is logged. */
  #tell(frame: Frame, stages: readonly Stage[]): Maybe<void> {
    if (stages.length === 0) return undefined
    const log = (thrown: unknown) =>
      this.ports.log.write('error', `a hook at the end of ${frame.command.name} threw`, { cause: String(thrown) })
    try {
      let waiting: Maybe<void> = undefined
      for (const stage of stages) {
        waiting = waiting === undefined ? stage(frame) : waiting.then(() => stage(frame))
      }
      return waiting?.catch(log)
    } catch (thrown) {
      log(thrown)
      return undefined
    }
  }
}
