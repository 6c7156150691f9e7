import { isStream } from '../command/stream-output.ts'
import type { AnyCommand, Body, CommandFacts } from '../command/types.ts'
import { allDeclaredFacts } from '../error/declared.ts'
import { type ErrorFacts, systemErrors } from '../error/codes.ts'
import { Defect } from '../error/defect.ts'
import type { Failure } from '../error/failure.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Port } from '../ports/port.ts'
import { Check } from '../schema/check.ts'
import { findRefs, type RefPlace } from '../schema/ref.ts'
import type { Engine } from './engine.ts'
import { type FailMakersClass, failMakers } from './fail-makers.ts'
import type { Frame } from './frame.ts'
import type { Hook } from './hooks.ts'
import { advance, allow, cast, check, commit, execute, executeStream, load, permit, type Stage, validate } from './stages.ts'
import { weave } from './weave.ts'

/** A command made ready for calls in one app: its types compiled, its life laid out as stages. Made by its first call. */
export class Runner {
  readonly engine: Engine
  readonly command: CommandFacts
  readonly mode: 'command' | 'query'
  /** Whether those whom it calls are called from outside, as the calls of a batch are. */
  readonly transparent: boolean
  readonly checkInput: Check
  readonly checkOutput: Check
  readonly checkItem: Check | undefined
  readonly refs: readonly RefPlace[]
  readonly uses: ReadonlySet<Port>
  readonly FailMakers: FailMakersClass
  /** From the call to the checked input; runs once. */
  readonly opening: readonly Stage[]
  /** From the loaded records to the commit; runs again after a conflict. */
  readonly attempt: readonly Stage[]
  /** The same for a subcommand, whose caller commits. */
  readonly attemptInside: readonly Stage[]
  /**
   * The whole life of a call from the app's own code that can open no unit of work and so can meet no conflict.
   * Undefined where the command needs more.
   */
  readonly straight: readonly Stage[] | undefined
  readonly endings: { readonly succeeded: Stage[]; readonly failed: Stage[]; readonly errored: Stage[] }
  body: Body
  readonly #facts: Readonly<Record<string, ErrorFacts>>
  readonly #callees = new Map<AnyCommand, Runner | undefined>()
  #strict: Check | undefined
  #loading: Promise<void> | undefined

  constructor(engine: Engine, command: CommandFacts, hooks: readonly Hook[], transparent = false) {
    const { input, output } = command
    const value = isStream(output) ? output.final : output
    const refs = findRefs(input)
    if (typeof refs === 'string') throw new Defect('InvalidDefinition', { name: command.name, reason: refs })

    this.engine = engine
    this.command = command
    this.transparent = transparent
    this.mode = command.kind === 'query' ? 'query' : 'command'
    this.body = command.body ?? {}
    this.checkInput = new Check(input)
    this.checkOutput = new Check(value)
    this.checkItem = isStream(output) ? new Check(output.item) : undefined
    this.refs = refs
    this.uses = new Set(command.uses)
    this.#facts = allDeclaredFacts(command.errors)
    this.FailMakers = failMakers(command.name, command.errors, this.#facts)
    for (const callee of command.calls) this.#callees.set(callee, undefined)

    const on = (transition: Parameters<typeof weave>[0], stage?: Stage) => weave(transition, hooks, stage)
    const run = [
      ...on('loaded', refs.length > 0 ? load : undefined),
      ...on('allowed', typeof command.access === 'function' ? allow : undefined),
      ...on('checked', this.body.validate ? check : undefined),
      ...on('executing', isStream(output) ? executeStream : execute),
    ]
    this.opening = [...on('opened'), ...on('permitted', permit), ...on('cast', cast), ...on('validated', validate)]
    this.attempt = this.#limited([...run, ...on('committed', commit)])
    this.attemptInside = this.#limited(run)
    const alone = command.uses.length + command.calls.length + command.policies.length + refs.length === 0
    this.straight =
      alone && !this.body.load
        ? [...on('opened'), ...on('permitted'), ...on('cast'), ...on('validated', validate), ...run, ...on('committed')]
        : undefined
    this.endings = { succeeded: on('succeeded'), failed: on('failed'), errored: on('errored') }
  }

  /** The check for input from outside: unknown fields are refused. */
  get checkStrictly(): Check {
    return (this.#strict ??= new Check(this.command.input, { unknownKeys: 'strict' }))
  }

  /** Makes sure that a lazily loaded body is there. */
  ready(): Maybe<void> {
    const { load: loadBody } = this.body
    if (!loadBody) return undefined
    // A failed load is forgotten, so that the next call tries again.
    this.#loading ??= loadBody()
      .then((body) => void (this.body = body))
      .finally(() => (this.#loading = undefined))
    return this.#loading
  }

  /**
   * The runner of a subcommand.
   *
   * @throws {Defect} UndeclaredCall
   */
  callee(command: AnyCommand): Runner {
    const known = this.#callees.get(command)
    if (known) return known
    if (!this.#callees.has(command)) {
      throw new Defect('UndeclaredCall', { command: this.command.name, callee: command.name })
    }
    const runner = this.engine.runner(command)
    this.#callees.set(command, runner)
    return runner
  }

  /** @throws {Defect} UndeclaredFailure, when a failure is neither the command's own nor Heddle's */
  assertDeclared(failure: Failure): void {
    const { code, facts } = failure
    if (this.#facts[code] === facts || systemErrors[code as keyof typeof systemErrors] === facts) return
    throw new Defect('UndeclaredFailure', { command: this.command.name, code })
  }

  /** Puts the command's policies around its stages, the first one outermost. */
  #limited(stages: readonly Stage[]): readonly Stage[] {
    const { policies } = this.command
    if (policies.length === 0) return stages
    const inner: Stage = (frame: Frame) => advance(frame, stages)
    return [
      policies.reduceRight<Stage>(
        (next, policy) => (frame) => policy.apply(frame, () => next(frame)),
        inner,
      ),
    ]
  }
}

