import { isStream } from '../command/stream-output.ts'
import type { AnyCommand, Body, CommandFacts } from '../command/types.ts'
import { allDeclaredFacts } from '../error/declared.ts'
import { type ErrorFacts, systemErrors } from '../error/codes.ts'
import { Defect } from '../error/defect.ts'
import type { Failure } from '../error/failure.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Port } from '../ports/port.ts'
import type { CallWatch } from '../telemetry/call-watch.ts'
import { inSpan, ownSpan } from '../telemetry/spans.ts'
import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { policies } from '../policy/chain.ts'
import { Check } from '../schema/check.ts'
import { findFilled } from '../schema/from-caller.ts'
import { findRefs, type RefPlace } from '../schema/ref.ts'
import type { Engine } from './engine.ts'
import { exposeStage } from './expose.ts'
import { type FailMakersClass, failMakers } from './fail-makers.ts'
import type { Hook, Transition } from './hooks.ts'
import { fillStages } from './fill.ts'
import { claim } from './idempotent.ts'
import { keepStages } from './keep-call.ts'
import {
  allow,
  cast,
  check,
  commit,
  conclude,
  execute,
  executeStream,
  keepAsked,
  load,
  loadBody,
  permit,
  type Stage,
  validate,
} from './stages.ts'
import { weave } from './weave.ts'

/** A command made ready for calls in one app: its types compiled, its life laid out as stages. Made by its first call. */
export class Runner {
  readonly engine: Engine
  readonly command: CommandFacts
  readonly mode: 'command' | 'query'
  /** Whether those whom it calls are called from outside, as the calls of a batch are. */
  readonly transparent: boolean
  /** Whether something in the input is sensitive or personal. */
  readonly marksInput: boolean
  /** Counts, times and traces its calls; nothing where nobody wants it. */
  readonly watch: CallWatch | undefined
  readonly checkInput: Check
  readonly checkOutput: Check
  readonly checkItem: Check | undefined
  readonly refs: readonly RefPlace[]
  readonly uses: ReadonlySet<Port>
  readonly FailMakers: FailMakersClass
  /** The life of a call from outside, up to its commit. */
  readonly fromOutside: readonly Stage[]
  /** The same for a call from the app's own code that says nothing about how it is made. */
  readonly fromCode: readonly Stage[]
  /** The same for a subcommand, whose caller commits. */
  readonly fromCommand: readonly Stage[]
  /** The same for a subcommand whose input and caller come from outside. */
  readonly fromBatch: readonly Stage[]
  /** From the loaded records to the commit: what runs again after a conflict. */
  readonly attempt: readonly Stage[]
  readonly endings: { readonly succeeded: Stage[]; readonly failed: Stage[]; readonly errored: Stage[] }
  body: Body
  readonly #facts: Readonly<Record<string, ErrorFacts>>
  readonly #callees = new Map<AnyCommand, Runner | undefined>()
  #strict: Check | undefined
  #loading: Promise<void> | undefined

  constructor(engine: Engine, command: CommandFacts, hooks: readonly Hook[], transparent = false) {
    const { input, output, exposes } = command
    const value = isStream(output) ? output.final : output
    // The command behind loads the records; here they are only there for a rule or for what is made of them.
    const isPassing = exposes !== undefined && exposes.input === undefined && typeof command.access !== 'function'
    const refs = isPassing ? [] : findRefs(input)
    if (typeof refs === 'string') throw new Defect('InvalidDefinition', { name: command.name, reason: refs })
    const filled = findFilled(input)
    if (typeof filled === 'string') throw new Defect('InvalidDefinition', { name: command.name, reason: filled })

    this.engine = engine
    this.command = command
    this.transparent = transparent
    this.mode = command.kind === 'query' ? 'query' : 'command'
    this.body = command.body ?? {}
    this.marksInput = holdsAnnotation(input)
    this.watch = engine.observer?.watch(command)
    this.checkInput = new Check(input)
    this.checkOutput = new Check(value)
    this.checkItem = isStream(output) ? new Check(output.item) : undefined
    this.refs = refs
    this.uses = new Set(command.uses)
    this.#facts = allDeclaredFacts(command.errors)
    this.FailMakers = failMakers(command.name, command.errors, this.#facts)
    for (const callee of command.calls) this.#callees.set(callee, undefined)

    const tracing = engine.observer?.tracing
    const body = exposes ? exposeStage(exposes) : isStream(output) ? executeStream : execute
    const concluding = exposes ? [] : [conclude]
    const committing = tracing ? ownSpan(tracing, 'commit', (frame) => frame.willCommit, commit) : commit
    const on = (transition: Transition, ...stages: Stage[]) => weave(transition, hooks, ...stages)
    const run = [
      ...on('loaded', ...(refs.length > 0 ? [load] : [])),
      ...on('allowed', ...(typeof command.access === 'function' ? [allow] : [])),
      ...on('checked', ...(this.body.load || this.body.validate ? [check] : [])),
      ...on('executing', tracing ? inSpan(tracing, body) : body, ...concluding),
    ]
    const lazily = this.body.load ? [loadBody] : []
    const opened = [...lazily, ...on('opened')]
    const keep = keepStages(engine, command)
    const wantsGiven =
      exposes !== undefined ||
      keep.begin.length > 0 ||
      command.policies.some(({ keepsGiven }) => keepsGiven) ||
      command.uses.some(({ keepsAsked }) => keepsAsked)
    const asked = [...fillStages(filled), ...(wantsGiven ? [keepAsked] : [])]
    const trusted = [...opened, ...on('permitted'), ...on('cast'), ...on('validated', ...asked, validate)]
    const guarded = [...opened, ...on('permitted', permit), ...on('cast', cast), ...on('validated', ...asked, validate)]
    // Only what can open a unit of work has one to commit.
    const opensUnit = command.uses.length + command.calls.length + command.emits.length + refs.length > 0
    const limited = policies(this)
    const inside = limited(run)
    this.attempt = limited([...run, ...on('committed', ...keep.commit, committing)])
    this.fromOutside = [...keep.begin, ...guarded, claim, ...this.attempt]
    this.fromCode = [...keep.begin, ...trusted, ...(opensUnit ? this.attempt : limited([...run, ...on('committed')]))]
    this.fromCommand = [...trusted, ...inside]
    this.fromBatch = [...guarded, ...inside]
    this.endings = {
      succeeded: [...on('succeeded'), ...keep.end],
      failed: [...on('failed'), ...keep.end],
      errored: [...on('errored'), ...keep.end],
    }
  }

  /** The check for input from outside: unknown fields are refused. */
  get checkStrictly(): Check {
    return (this.#strict ??= new Check(this.command.input, { unknownKeys: 'strict' }))
  }

  /** Loads a late body, once; a failed load is forgotten, so that the next call tries again. */
  load(): Maybe<void> {
    const { load: loadLate } = this.body
    if (!loadLate) return undefined
    this.#loading ??= loadLate()
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
}
