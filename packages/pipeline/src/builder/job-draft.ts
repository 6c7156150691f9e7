import type { AnyEvent, Json, OutputOf, Schema } from '@heddle/core'
import type { Shape } from '../kinds/shape.ts'
import type { By } from '../kinds/stream/by.ts'
import type { Plan, PlanType, SinkPlan, SourcePlan, Step } from '../plan/plan.ts'
import type { Built } from './built.ts'
import { configure, withoutGaps } from './configure.ts'
import type { Callee, GivenTo, Taking, ValueFrom, WithOptions } from './draft-types.ts'
import type {
  Checked,
  JobCallOptions,
  Joined,
  JobStepOptions,
  JoinSettings,
  MachineSettings,
  NamedEntity,
  PatternSettings,
  GivenBy,
  SourceOptions,
  TimerSettings,
  WayKind,
  WindowSettings,
  WithField,
} from './job-draft-types.ts'
import { planTypeOf, schemaIn } from './type-data.ts'

/** The streams of a job by name, with the types of their records. */
type Streams = Readonly<Record<string, unknown>>

/** A stream that is added to others. */
type With<Known extends Streams, Name extends string, Value> = Known & { readonly [Own in Name]: Value }

/** A record with what it reads; where that follows from its place, the plan leaves it out. */
interface Reading<Part> {
  readonly part: Part
  readonly reads: string
}

interface JobDraftState {
  readonly head: Omit<Plan, 'steps'>
  readonly sources: Readonly<Record<string, SourcePlan>>
  readonly steps: readonly Reading<Step>[]
  readonly sinks: Readonly<Record<string, Reading<SinkPlan>>>
  readonly commands: readonly Callee[]
  readonly schemas: Readonly<Record<string, Schema>>
  /** The stream that the next step reads. */
  readonly at: string
}

/**
 * A job in the making: a step reads what the one before gives, or the stream that `from` chooses, whose type is known. It is
 * the same plan, with the same hash, as the YAML that says the same.
 *
 * @example
 * draft('flights.Delays')
 *   .source('flights', 'file', { path: 'flights.ndjson' }, { type: Flight, time: 'it.at', disorder: '20m' })
 *   .filter('late', 'it.delay > 15')
 *   .window('perAirport', { tumbling: '1d', by: 'it.origin' }, { flights: 'count()' })
 *   .sink('delays', 'table', { name: 'delays' })
 */
export class JobDraft<Known extends Streams, Value, At extends string = string> implements Built<never, Value> {
  readonly #state: JobDraftState
  declare readonly types?: { readonly input: never; readonly value: Value }
  readonly events: readonly AnyEvent[] = []

  private constructor(state: JobDraftState) {
    this.#state = state
  }

  /** A draft without sources, from what the plan says of itself. */
  static begin(head: Omit<Plan, 'steps'>): JobDraft<Readonly<Record<never, never>>, never> {
    return new JobDraft({ head, sources: {}, steps: [], sinks: {}, commands: [], schemas: {}, at: '' })
  }

  get plan(): Plan {
    const { head, sources, steps, sinks } = this.#state
    const [only, ...others] = Object.keys(sources)
    const before = (index: number) => steps[index - 1]?.part.id ?? (others.length === 0 ? only : undefined)
    const last = before(steps.length)
    const written = Object.entries(sinks).map(
      ([name, { part, reads }]) => [name, { ...(reads !== last && { from: reads }), ...part }] as const,
    )
    return {
      ...head,
      ...oneOrSeveral('source', sources),
      steps: steps.map(({ part, reads }, index) => {
        const { id, ...rest } = part
        const isNamed = reads !== '' && reads !== before(index)
        return { id, ...(isNamed && { from: reads }), ...rest } as Step
      }),
      ...(written.length > 0 && oneOrSeveral('sink', Object.fromEntries(written))),
    }
  }
  get commands(): readonly Callee[] {
    return this.#state.commands
  }
  get schemas(): Built['schemas'] {
    return { sources: this.#state.schemas }
  }

  /** Another source; the next step reads it. */
  source<const Name extends string, Config, Type extends PlanType | Schema = PlanType>(
    name: Name,
    kind: WayKind<Config>,
    config: Config,
    options: SourceOptions<Type> = {},
  ): Next<Known, Name, Checked<Type>> {
    const { type, ...more } = options
    const way = withoutGaps({ [nameOf(kind)]: config, type: planTypeOf(type), ...more }) as SourcePlan
    const schema = schemaIn(type)
    return new JobDraft({
      ...this.#state,
      sources: { ...this.#state.sources, [name]: way },
      schemas: { ...this.#state.schemas, ...(schema && { [name]: schema }) },
      at: name,
    })
  }

  /** Goes on from another stream: a source, a step, or a side of a step, e.g. `perAirport.late`. */
  from<const Name extends keyof Known & string>(name: Name): JobDraft<Known, Known[Name], Name> {
    return new JobDraft({ ...this.#state, at: name })
  }

  /** States the type of what the step before gives, which is believed until the plan is checked. */
  gives<Made>(): JobDraft<Omit<Known, At> & { readonly [Own in At]: Made }, Made, At> {
    return new JobDraft(this.#state)
  }

  /** A way out for what the step before gives. The draft goes on from there. */
  sink<Config>(name: string, kind: WayKind<Config>, config: Config, options: { readonly summary?: string } = {}): this {
    const part = withoutGaps({ [nameOf(kind)]: config, ...options }) as SinkPlan
    const sinks = { ...this.#state.sinks, [name]: { part, reads: this.#state.at } }
    return new JobDraft<Known, Value, At>({ ...this.#state, sinks }) as this
  }

  /** Runs a command or a named function on each record, or on what `with` makes. */
  call<
    const Id extends string,
    C extends Callee,
    const Options extends JobCallOptions = Readonly<Record<never, never>>,
  >(
    id: Id,
    callee: C & (Options extends { readonly with: Shape } ? unknown : Taking<Value, GivenTo<C>>),
    options?: Options,
  ): Next<Known, Id, WithOptions<ValueFrom<C>, Value, Options>> {
    const { with: given, concurrency, ordered, ...more } = options ?? ({} as JobCallOptions)
    const config = configure('command', { command: callee.name, with: given, concurrency, ordered })
    return this.#add(id, { call: config }, more, [callee])
  }

  /** Makes a new value by expressions, whose type is not known here: `gives` states it, or the check of the plan finds it. */
  map<const Id extends string>(id: Id, shape: Shape, options: JobStepOptions = {}): Next<Known, Id, unknown> {
    return this.#add(id, { map: shape }, options)
  }

  /** Lets records through for which a condition is true. */
  filter<const Id extends string>(id: Id, condition: string, options: JobStepOptions = {}): Next<Known, Id, Value> {
    return this.#add(id, { filter: condition }, options)
  }

  /** Makes a record of each item of a list, or what `give` makes of it. */
  flatMap<const Id extends string>(
    id: Id,
    list: string,
    { as, give, ...options }: JobStepOptions & { readonly as?: string; readonly give?: Shape } = {},
  ): Next<Known, Id, unknown> {
    return this.#add(id, { flatMap: configure('list', { list, as, give }) }, options)
  }

  /** Gives records a key. */
  keyBy<const Id extends string>(id: Id, by: By, options: JobStepOptions = {}): Next<Known, Id, Value> {
    return this.#add(id, { keyBy: by }, options)
  }

  /** Cuts the stream of each key into windows, and gives the aggregates of each. */
  window<const Id extends string>(
    id: Id,
    window: WindowSettings,
    aggregate: Readonly<Record<string, string>>,
    options: JobStepOptions = {},
  ): Next<With<Known, `${Id}.late`, Value>, Id, unknown> {
    return this.#add(id, { window, aggregate }, options)
  }

  /** Keeps aggregates per key, and tells them anew with each change. */
  aggregate<const Id extends string>(
    id: Id,
    aggregate: Readonly<Record<string, string>>,
    options: JobStepOptions = {},
  ): Next<Known, Id, unknown> {
    return this.#add(id, { aggregate }, options)
  }

  /** Puts records together with those of another stream. */
  join<const Id extends string, const Right extends keyof Known & string, const Settings extends JoinSettings>(
    id: Id,
    right: Right,
    settings: Settings,
    options: JobStepOptions = {},
  ): Next<
    With<Known, `${Id}.late`, Value | Known[Right]>,
    Id,
    GivenBy<Settings, Joined<Value, Known[Right], Settings['kind']>>
  > {
    return this.#add(id, { join: { with: right, ...settings } }, options)
  }

  /** Adds to each record what a command gives for it. */
  lookup<const Id extends string, C extends Callee, const As extends string>(
    id: Id,
    callee: C,
    { as, with: given, concurrency, ordered, ...options }: JobCallOptions & { readonly as: As },
  ): Next<Known, Id, WithField<Value, As, ValueFrom<C>>> {
    return this.#add(id, { lookup: { command: callee.name, with: given, as, concurrency, ordered } }, options, [callee])
  }

  /** Adds to each record the record of an entity, null where there is none. */
  enrich<const Id extends string, Type extends Schema, const As extends string>(
    id: Id,
    entity: NamedEntity<Type>,
    { key, as, ...options }: JobStepOptions & { readonly key: string; readonly as: As },
  ): Next<Known, Id, WithField<Value, As, OutputOf<Type> | null>> {
    return this.#add(id, { enrich: { entity: entity.name, key, as } }, options)
  }

  /** Lets one record through of those that say the same. */
  dedupe<const Id extends string>(
    id: Id,
    settings: { readonly by: By; readonly memory: string },
    options: JobStepOptions = {},
  ): Next<Known, Id, Value> {
    return this.#add(id, { dedupe: settings }, options)
  }

  /** Finds records that come one after the other. */
  pattern<const Id extends string>(
    id: Id,
    settings: PatternSettings,
    options: JobStepOptions = {},
  ): Next<With<Known, `${Id}.late`, Value>, Id, unknown> {
    return this.#add(id, { pattern: settings }, options)
  }

  /** Gives a record when a key was silent for so long. */
  timer<const Id extends string, const Settings extends TimerSettings>(
    id: Id,
    settings: Settings,
    options: JobStepOptions = {},
  ): Next<With<Known, `${Id}.late`, Value>, Id, GivenBy<Settings, Value>> {
    return this.#add(id, { timer: settings }, options)
  }

  /** Gives each record to the first side whose condition is true; the draft goes on with the rest. */
  branch<const Id extends string, const Sides extends Readonly<Record<string, string>>>(
    id: Id,
    sides: Sides,
    options: JobStepOptions = {},
  ): Next<Known & { readonly [Side in keyof Sides & string as `${Id}.${Side}`]: Value }, Id, Value> {
    return this.#add(id, { branch: sides }, options)
  }

  /** Makes one stream of several. */
  union<const Id extends string, const Names extends readonly (keyof Known & string)[]>(
    id: Id,
    streams: Names,
    options: JobStepOptions = {},
  ): Next<Known, Id, Known[Names[number]]> {
    return new JobDraft<Known, Value>({ ...this.#state, at: '' }).#add(id, { union: streams }, options)
  }

  /** Lets a part of the records through. */
  sample<const Id extends string>(
    id: Id,
    rate: number,
    { by, ...options }: JobStepOptions & { readonly by?: By } = {},
  ): Next<Known, Id, Value> {
    return this.#add(id, { sample: configure('rate', { rate, by }) }, options)
  }

  /** Lets so many records through in a time. */
  throttle<const Id extends string>(
    id: Id,
    settings: { readonly limit: number; readonly per: string; readonly by?: By },
    options: JobStepOptions = {},
  ): Next<With<Known, `${Id}.over` | `${Id}.late`, Value>, Id, Value> {
    return this.#add(id, { throttle: settings }, options)
  }

  /** Keeps a state per key that records change. */
  machine<const Id extends string>(
    id: Id,
    settings: MachineSettings,
    options: JobStepOptions = {},
  ): Next<With<Known, `${Id}.late`, Value>, Id, unknown> {
    return this.#add(id, { machine: settings }, options)
  }

  /** Runs an operator that is given to the job under a name. */
  operator<const Id extends string>(
    id: Id,
    name: string,
    { config, ...options }: JobStepOptions & { readonly config?: Json } = {},
  ): Next<Known, Id, unknown> {
    return this.#add(id, { operator: configure('name', { name, config }) }, options)
  }

  #add<Next>(id: string, kind: object, options: JobStepOptions, callees: readonly Callee[] = []): Next {
    const part = { id, ...(withoutGaps({ ...kind, ...options }) as object) } as Step
    const draft: unknown = new JobDraft({
      ...this.#state,
      steps: [...this.#state.steps, { part, reads: this.#state.at }],
      commands: [...this.#state.commands, ...callees],
      at: id,
    })
    return draft as Next
  }
}

/** The draft behind a step. */
type Next<Known extends Streams, Id extends string, Value> = JobDraft<With<Known, Id, Value>, Value, Id>

const nameOf = (kind: string | { readonly name: string }) => (typeof kind === 'string' ? kind : kind.name)

/** One with the usual name stands alone. */
function oneOrSeveral(word: string, ways: Readonly<Record<string, unknown>>): object {
  const names = Object.keys(ways)
  return names.length === 1 && names[0] === word ? ways : { [`${word}s`]: ways }
}
