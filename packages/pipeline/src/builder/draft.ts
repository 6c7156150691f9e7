import { type AnyCommand, type AnyEvent, isCommand, type Json, type Schema } from '@heddle/core'
import { configure, withoutGaps } from './configure.ts'
import type { Shape } from '../kinds/shape.ts'
import type { Plan, PlanType, Step } from '../plan/plan.ts'
import { invalidPlan } from '../run/invalid-plan.ts'
import type { Built } from './built.ts'
import { JobDraft } from './job-draft.ts'
import type { Checked, SourceOptions, WayKind } from './job-draft-types.ts'
import type {
  Callee,
  CallOptions,
  GivenTo,
  ItemOf,
  Merged,
  MergeName,
  StepOptions,
  Taking,
  ValueFrom,
  WithOptions,
} from './draft-types.ts'

/** What a draft knows: its head, its steps, and what their names mean. */
export interface DraftState {
  readonly head: Omit<Plan, 'steps'>
  readonly steps: readonly Step[]
  readonly commands: readonly Callee[]
  readonly events: readonly AnyEvent[]
  readonly schemas?: Built['schemas']
}

/** Steps that go on from a value. */
export type Body<Input, From, To> = (draft: Draft<Input, From>) => Draft<Input, To>

/**
 * A plan in the making, typed step after step: what one gives is what the next one has to take. Each method gives a new
 * draft; `pipeline` makes a command of it.
 */
export class Draft<Input = unknown, Value = Input> implements Built<Input, Value> {
  readonly #state: DraftState
  declare readonly types?: { readonly input: Input; readonly value: Value }

  constructor(state: DraftState) {
    this.#state = state
  }

  get plan(): Plan {
    return { ...this.#state.head, steps: this.#state.steps }
  }
  get commands(): readonly Callee[] {
    return this.#state.commands
  }
  get events(): readonly AnyEvent[] {
    return this.#state.events
  }

  get schemas(): Built['schemas'] {
    return this.#state.schemas
  }

  /** Runs a command or a named function on the value, or on what `with` makes. */
  call<C extends Callee, const Options extends CallOptions = {}>(
    id: string,
    callee: C & (Options extends { readonly with: Shape } ? unknown : Taking<Value, GivenTo<C>>),
    options?: Options,
  ): Draft<Input, WithOptions<ValueFrom<C>, Value, Options>> {
    const { with: given, ...more } = options ?? ({} as CallOptions)
    return this.#add(id, 'call', configure('command', { command: callee.name, with: given }), more, {
      callees: [callee],
    })
  }

  /** Makes a new value by expressions. Its type is not known here: state it, or leave it to the check of the plan. */
  map<Made = unknown>(id: string, shape: Shape, options: StepOptions = {}): Draft<Input, Made> {
    return this.#add(id, 'map', shape, options)
  }

  /** Names values for the steps behind. */
  set(id: string, values: Readonly<Record<string, Shape>>, options: StepOptions = {}): Draft<Input, Value> {
    return this.#add(id, 'set', values, options)
  }

  /** Takes one of two ways. Without the second, the value passes through. */
  when<A, B = Value>(
    id: string,
    condition: string,
    then: Body<Input, Value, A>,
    otherwise?: Body<Input, Value, B>,
    options: StepOptions = {},
  ): Draft<Input, A | B> {
    const [taken, left] = [this.#inner(then), otherwise && this.#inner(otherwise)]
    const config = { if: condition, then: taken.steps, else: left?.steps }
    return this.#add(id, 'when', config, options, { inner: [taken, left] })
  }

  /** Takes the way that a value names. */
  switch<A, B = Value>(
    id: string,
    on: string,
    cases: Readonly<Record<string, Body<Input, Value, A>>>,
    otherwise?: Body<Input, Value, B>,
    options: StepOptions = {},
  ): Draft<Input, A | B> {
    const ways = Object.entries(cases).map(([name, body]) => [name, this.#inner(body)] as const)
    const left = otherwise && this.#inner(otherwise)
    const steps = Object.fromEntries(ways.map(([name, { steps: own }]) => [name, own]))
    const config = { on, cases: steps, default: left?.steps }
    return this.#add(id, 'switch', config, options, { inner: [...ways.map(([, way]) => way), left] })
  }

  /** Runs branches at once. */
  parallel<Values extends Readonly<Record<string, unknown>>, const Merge extends MergeName | AnyCommand = 'object'>(
    id: string,
    branches: { readonly [Name in keyof Values]: Body<Input, Value, Values[Name]> },
    options: StepOptions & {
      readonly merge?: Merge
      readonly wait?: 'all' | 'race' | { readonly quorum: number }
      readonly weights?: Partial<Record<NoInfer<keyof Values>, number>>
    } = {},
  ): Draft<Input, Merged<Values, Merge>> {
    const { merge, wait, weights, ...more } = options
    const ways = Object.entries(branches).map(
      ([name, body]) => [name, this.#inner(body as Body<Input, Value, unknown>)] as const,
    )
    const command = isCommand(merge) ? merge : undefined
    const config = {
      branches: ways.map(([name, { steps }]) => ({
        id: name,
        weight: (weights as Readonly<Record<string, number>> | undefined)?.[name],
        steps,
      })),
      wait,
      merge: command ? { command: command.name } : (merge as MergeName | undefined),
    }
    return this.#add(id, 'parallel', config, more, { inner: ways.map(([, way]) => way), callees: command && [command] })
  }

  /** Runs steps for each item of the value, or of the list that `list` names. */
  forEach<A, Item = ItemOf<Value>>(
    id: string,
    body: Body<Input, Item, A>,
    options: StepOptions & { readonly list?: string; readonly key?: string; readonly concurrency?: number } = {},
  ): Draft<Input, A[]> {
    const { list, key, concurrency, ...more } = options
    const inner = this.#inner(body)
    return this.#add(id, 'forEach', { list, key, concurrency, steps: inner.steps }, more, { inner: [inner] })
  }

  /** Runs steps again and again on what they gave. */
  loop(
    id: string,
    body: Body<Input, Value, Value>,
    options: StepOptions & { readonly while?: string; readonly until?: string; readonly limit?: number },
  ): Draft<Input, Value> {
    const { while: before, until, limit, ...more } = options
    const inner = this.#inner(body)
    return this.#add(id, 'loop', { while: before, until, limit, steps: inner.steps }, more, { inner: [inner] })
  }

  /** Runs steps; when one fails, undoes what they wrote and runs others, which read the failure as `error`. */
  try<A, B>(
    id: string,
    body: Body<Input, Value, A>,
    rescue: Body<Input, Value, B>,
    options: StepOptions & { readonly codes?: readonly string[] } = {},
  ): Draft<Input, A | B> {
    const { codes, ...more } = options
    const [tried, caught] = [this.#inner(body), this.#inner(rescue)]
    return this.#add(id, 'try', { steps: tried.steps, catch: caught.steps, codes }, more, { inner: [tried, caught] })
  }

  /** Runs another pipeline, which is given by its name, with parameters of its own. */
  pipeline<Made = unknown>(
    id: string,
    name: string,
    options: CallOptions & { readonly parameters?: Readonly<Record<string, Json>> } = {},
  ): Draft<Input, Made> {
    const { parameters, with: given, ...more } = options
    return this.#add(id, 'pipeline', configure('name', { name, parameters, with: given }), more)
  }

  /** Emits an event of the value, or of what `data` makes. */
  emit(id: string, event: AnyEvent, data?: Shape, options: StepOptions = {}): Draft<Input, Value> {
    return this.#add(id, 'emit', configure('event', { event: event.name, data }), options, { events: [event] })
  }

  /** Waits for a time or until a moment; makes the plan a workflow. */
  wait(
    id: string,
    wait: string | { readonly for: string } | { readonly until: string },
    options: StepOptions = {},
  ): Draft<Input, Value> {
    return this.#add(id, 'wait', wait, options)
  }

  /** Waits for a signal, whose value goes on; makes the plan a workflow. */
  signal<Sent = unknown>(
    id: string,
    signal: string,
    options: StepOptions & { readonly type?: PlanType; readonly wait?: string } = {},
  ): Draft<Input, Sent> {
    const { type, wait: timeout, ...more } = options
    return this.#add(id, 'wait', { signal, type, timeout }, more)
  }

  /** Declares a command that undoes what was done so far; makes the plan a workflow. */
  compensate(id: string, command: AnyCommand, options: CallOptions = {}): Draft<Input, Value> {
    const { with: given, ...more } = options
    return this.#add(id, 'compensate', configure('command', { command: command.name, with: given }), more, {
      callees: [command],
    })
  }

  /**
   * Makes a job of a draft without steps: its records come from here.
   *
   * @throws {Defect} InvalidPlan, where there are steps already
   */
  source<const Name extends string, Config, Type extends PlanType | Schema = PlanType>(
    name: Name,
    kind: WayKind<Config>,
    config: Config,
    options: SourceOptions<Type> = {},
  ): JobDraft<{ readonly [Own in Name]: Checked<Type> }, Checked<Type>, Name> {
    const { head, steps } = this.#state
    if (steps.length > 0) {
      const message = 'A job begins with its sources: the steps come behind them'
      throw invalidPlan(head.pipeline, [{ about: 'shape', path: ['steps'], message }])
    }
    return JobDraft.begin(head).source(name, kind, config, options)
  }

  /** Steps inside of a step begin as a draft without steps. */
  #inner<From, To>(body: Body<Input, From, To>): DraftState {
    return body(new Draft<Input, From>({ ...this.#state, steps: [], commands: [], events: [] })).#state
  }

  #add<Next>(
    id: string,
    kind: string,
    config: unknown,
    options: StepOptions,
    brought: {
      readonly callees?: readonly Callee[]
      readonly events?: readonly AnyEvent[]
      readonly inner?: readonly (DraftState | undefined)[]
    } = {},
  ): Draft<Input, Next> {
    const { callees = [], events = [], inner = [] } = brought
    const step = { id, [kind]: withoutGaps(config), ...(withoutGaps(options) as StepOptions) } as Step
    const drafts = inner.filter((draft) => draft !== undefined)
    return new Draft<Input, Next>({
      ...this.#state,
      steps: [...this.#state.steps, step],
      commands: [...this.#state.commands, ...callees, ...drafts.flatMap(({ commands }) => commands)],
      events: [...this.#state.events, ...events, ...drafts.flatMap((draft) => draft.events)],
    })
  }
}
